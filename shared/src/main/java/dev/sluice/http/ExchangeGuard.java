package dev.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ByteProcessor;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Implements, on one connection, the requirements of HTTP/1.1 on a server that Vert.x does not cover:
 *
 * <ul>
 * <li>a head that breaks a rule ({@link HeadRules}) reaches the handler of invalid requests;
 * <li>a body that is truncated or invalid ends with a recorded fault; the connection stays open;
 * <li>a client that closes its side after its request gets its answer; one that has disconnected is detected ({@link AnswerPrefix});
 * <li>the last answer says {@code Connection: close}, and is not lost through a TCP reset for unread bytes;
 * <li>nothing is read after the last request of a connection, nor beyond {@value #MOST_PIPELINED} unanswered ones;
 * <li>the answer to HEAD has the length of the answer to GET.
 * </ul>
 *
 * Sits between the HTTP codec and Vert.x.
 */
final class ExchangeGuard extends ChannelDuplexHandler {
    private static final String BEFORE = "handler";
    /** Duration for which bytes are discarded after the last answer, so that the answer arrives before a reset. */
    private static final long LINGER_MS = 2_000;

    static final int MOST_PIPELINED = 1_000;

    private final AnswerPrefix prefix;
    /** In the order of their arrival, so the first is the one that Vert.x works on. */
    private final Deque<Exchange> unanswered = new ArrayDeque<>();

    private @Nullable Exchange arriving;
    /** Bytes have arrived that the decoder has not yet turned into a message. */
    private boolean requestLineBegun;

    /** Further input is discarded. */
    private boolean unreadable;

    private boolean inputClosed;
    private boolean lingering;

    ExchangeGuard(AnswerPrefix prefix) {
        this.prefix = prefix;
    }

    private static final class Exchange {
        private final boolean head;
        private final boolean lastOfItsClient;
        private boolean awaitsContinue;
        private boolean answering;
        private boolean closes;
        private @Nullable String bodyFault;

        Exchange(HttpRequest request) {
            this.head = request.method().equals(HttpMethod.HEAD);
            this.lastOfItsClient = !HttpUtil.isKeepAlive(request);
            this.awaitsContinue = HeadRules.awaitsContinue(request);
        }
    }

    /** Precedes the decoder, which does not report a truncated request line. */
    private final class Bytes extends ChannelInboundHandlerAdapter {
        private static final ByteProcessor LINE_ENDS = value -> value == '\r' || value == '\n';

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            requestLineBegun |= message instanceof ByteBuf bytes && bytes.forEachByte(LINE_ENDS) >= 0;
            ctx.fireChannelRead(message);
        }
    }

    static void install(HttpConnection connection) {
        Channel channel = channelOf(connection);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        AnswerPrefix prefix = new AnswerPrefix();
        ExchangeGuard guard = new ExchangeGuard(prefix);
        channel.pipeline().addFirst(guard.new Bytes(), prefix).addBefore(BEFORE, "exchanges", guard);
    }

    static Channel channelOf(HttpConnection connection) {
        return ((HttpServerConnection) connection).channelHandlerContext().channel();
    }

    private static ExchangeGuard of(HttpConnection connection) {
        return channelOf(connection).pipeline().get(ExchangeGuard.class);
    }

    /** The fault of the current request's body; valid once the body has ended. */
    static Optional<String> bodyFault(HttpConnection connection) {
        Exchange current = of(connection).unanswered.peekFirst();
        return current == null ? Optional.empty() : Optional.ofNullable(current.bodyFault);
    }

    static boolean awaitsContinue(HttpConnection connection) {
        Exchange current = of(connection).unanswered.peekFirst();
        return current != null && current.awaitsContinue;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        requestLineBegun = false;
        if (lingering || unreadable) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            HeadRules.apply(request);
            arriving = new Exchange(request);
            unanswered.addLast(arriving);
            unreadable = request.decoderResult().isFailure();
        } else if (message instanceof HttpContent content
                && content.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            unreadable = true;
            endBody(ctx, RequestFault.bodyDetail(content.decoderResult().cause()));
            return;
        } else if (message instanceof LastHttpContent && arriving != null) {
            unreadable = arriving.lastOfItsClient || unanswered.size() >= MOST_PIPELINED;
            arriving = null;
        }
        ctx.fireChannelRead(message);
    }

    private void endBody(ChannelHandlerContext ctx, String fault) {
        if (arriving != null) {
            arriving.bodyFault = fault;
            arriving = null;
            ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        closeIfDone(ctx);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputClosed = true;
            if (lingering) {
                ChannelFuture _ = ctx.close();
                return;
            }
            endWhatHasBegun(ctx);
            ctx.fireChannelReadComplete();
            closeIfDone(ctx);
            seeWhetherItReads(ctx);
        } else if (lingering && event instanceof IdleStateEvent) {
            ChannelFuture _ = ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void endWhatHasBegun(ChannelHandlerContext ctx) {
        if (unreadable) {
            return;
        }
        if (arriving != null) {
            endBody(ctx, "the connection ended within the body: send all of it");
        } else if (requestLineBegun) {
            HttpRequest cutOff = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
            cutOff.setDecoderResult(DecoderResult.failure(new PrematureChannelClosureException()));
            channelRead(ctx, cutOff);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                noteContinue(response);
                ChannelFuture _ = ctx.write(message, promise);
                return;
            }
            begin(response);
        }
        if (message instanceof LastHttpContent) {
            ChannelFuture _ = ctx.write(message, end(ctx, promise));
            seeWhetherItReads(ctx);
        } else {
            ChannelFuture _ = ctx.write(message, promise);
        }
    }

    private void noteContinue(HttpResponse response) {
        Exchange current = unanswered.peekFirst();
        if (current != null && response.status().equals(HttpResponseStatus.CONTINUE)) {
            current.awaitsContinue = false;
        }
    }

    private void begin(HttpResponse response) {
        prefix.stop();
        Exchange current = unanswered.peekFirst();
        if (current == null) {
            return;
        }
        current.answering = true;
        // The client may or may not send the body: the next bytes could be the body or the next request.
        boolean bodyMayStillCome = current == arriving && current.awaitsContinue;
        boolean isLast = current.lastOfItsClient || (noMoreRequests() && unanswered.size() == 1);
        if (bodyMayStillCome || isLast) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        current.closes = response.headers().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        if (current.head && response instanceof FullHttpResponse whole && mayHaveLength(whole)) {
            response.headers()
                    .set(
                            HttpHeaderNames.CONTENT_LENGTH,
                            String.valueOf(whole.content().readableBytes()));
        }
    }

    private static boolean mayHaveLength(FullHttpResponse response) {
        return !response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                && !response.status().equals(HttpResponseStatus.NO_CONTENT)
                && !response.status().equals(HttpResponseStatus.NOT_MODIFIED);
    }

    private ChannelPromise end(ChannelHandlerContext ctx, ChannelPromise promise) {
        Exchange done = unanswered.pollFirst();
        boolean last = (done != null && done.closes) || (noMoreRequests() && unanswered.isEmpty());
        return last ? promise.unvoid().addListener(_ -> closeGently(ctx)) : promise;
    }

    private boolean noMoreRequests() {
        return inputClosed || unreadable;
    }

    private void seeWhetherItReads(ChannelHandlerContext ctx) {
        Exchange current = unanswered.peekFirst();
        if (inputClosed && current != null && !current.answering) {
            prefix.start(ctx.pipeline().context(prefix));
        }
    }

    private void closeIfDone(ChannelHandlerContext ctx) {
        if (noMoreRequests() && unanswered.isEmpty()) {
            closeGently(ctx);
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (lingering) {
            ChannelFuture _ = ctx.channel().closeFuture().addListener(_ -> promise.trySuccess());
        } else if (bytesMayStillCome()) {
            ChannelFuture _ = ctx.channel().closeFuture().addListener(_ -> promise.trySuccess());
            closeGently(ctx);
        } else {
            ChannelFuture _ = ctx.close(promise);
        }
    }

    private boolean bytesMayStillCome() {
        return !inputClosed && (arriving != null || unreadable || !unanswered.isEmpty());
    }

    /** Flushes pending output, then reads and discards the client's input for a limited time. */
    private void closeGently(ChannelHandlerContext ctx) {
        if (lingering) {
            return;
        }
        lingering = true;
        prefix.stop();
        ChannelFuture _ = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            if (inputClosed || !flushed.isSuccess() || !(ctx.channel() instanceof DuplexChannel channel)) {
                ChannelFuture _ = ctx.close();
                return;
            }
            ChannelFuture _ = channel.shutdownOutput();
            channel.config().setAutoRead(true);
            Runnable stop = () -> {
                ChannelFuture _ = ctx.close();
            };
            ScheduledFuture<?> timer = ctx.executor().schedule(stop, LINGER_MS, TimeUnit.MILLISECONDS);
            // Otherwise the timer keeps a closed connection in memory.
            ChannelFuture _ = ctx.channel().closeFuture().addListener(_ -> timer.cancel(false));
        });
    }

    /** Closes at once, even if output is pending. */
    static void cutOff(HttpConnection connection) {
        Channel channel = channelOf(connection);
        // Also discards output that the operating system has buffered.
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelFuture _ = channel.pipeline().context(ExchangeGuard.class).close();
    }
}
