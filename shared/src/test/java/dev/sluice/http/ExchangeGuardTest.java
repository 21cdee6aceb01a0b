package dev.sluice.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.Test;

/** What a connection holds is bounded, while its requests wait and when it has closed. */
class ExchangeGuardTest {
    private final Connection connection = new Connection();

    @Test
    void nothingIsReadBehindARequestAfterWhichNoneMayFollow() {
        request("close");
        LastHttpContent behind = request("keep-alive");
        assertEquals(2, connection.inboundMessages().size(), "one request and its end");
        assertEquals(0, behind.refCnt(), "discarded");
        assertEquals("close", answer());
        assertTrue(connection.isOutputShutdown());
    }

    @Test
    void noneMayFollowEitherBehindCloseInAListOrBehindOneOfHttp10() {
        request("close, TE");
        assertEquals("close", answer());
        assertTrue(connection.isOutputShutdown());

        Connection old = new Connection();
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "/");
        old.writeInbound(request, LastHttpContent.EMPTY_LAST_CONTENT, request, LastHttpContent.EMPTY_LAST_CONTENT);
        assertEquals(2, old.inboundMessages().size());
    }

    @Test
    void nothingIsReadBeyondTheMostThatMayWait() {
        for (int i = 0; i < ExchangeGuard.MOST_PIPELINED + 500; i++) {
            request("keep-alive");
        }
        assertEquals(
                2 * ExchangeGuard.MOST_PIPELINED, connection.inboundMessages().size());
        for (int i = 1; i < ExchangeGuard.MOST_PIPELINED; i++) {
            assertEquals("", answer());
        }
        assertFalse(connection.isOutputShutdown());
        assertEquals("close", answer());
        assertTrue(connection.isOutputShutdown());
    }

    @Test
    void aClosedConnectionLeavesNoTimer() {
        request("close");
        answer();
        assertTrue(connection.runScheduledPendingTasks() > 0, "it waits for the client to close");
        connection.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertFalse(connection.isOpen());
        assertEquals(-1, connection.runScheduledPendingTasks());
    }

    private LastHttpContent request(String wish) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.headers().set(HttpHeaderNames.HOST, "x").set(HttpHeaderNames.CONNECTION, wish);
        LastHttpContent end = new DefaultLastHttpContent(Unpooled.buffer(1));
        connection.writeInbound(request, end);
        return end;
    }

    /** What it says of the connection. */
    private String answer() {
        connection.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        HttpResponse sent = null;
        for (Object message = connection.readOutbound(); message != null; message = connection.readOutbound()) {
            sent = message instanceof HttpResponse response ? response : sent;
        }
        return sent == null ? "no answer" : sent.headers().get(HttpHeaderNames.CONNECTION, "");
    }

    /** One whose sides close one by one, as those of a socket do. */
    private static final class Connection extends EmbeddedChannel implements DuplexChannel {
        private boolean outputShutdown;

        Connection() {
            AnswerPrefix prefix = new AnswerPrefix();
            pipeline().addLast(prefix, new ExchangeGuard(prefix));
        }

        @Override
        public boolean isInputShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdownInput() {
            return newSucceededFuture();
        }

        @Override
        public ChannelFuture shutdownInput(ChannelPromise promise) {
            return promise.setSuccess();
        }

        @Override
        public boolean isOutputShutdown() {
            return outputShutdown;
        }

        @Override
        public ChannelFuture shutdownOutput() {
            outputShutdown = true;
            return newSucceededFuture();
        }

        @Override
        public ChannelFuture shutdownOutput(ChannelPromise promise) {
            outputShutdown = true;
            return promise.setSuccess();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdown() {
            return shutdownOutput();
        }

        @Override
        public ChannelFuture shutdown(ChannelPromise promise) {
            return shutdownOutput(promise);
        }
    }
}
