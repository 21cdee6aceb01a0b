package dev.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a client that has closed its side of the connection still reads. TCP sends the same FIN for both; only data tells them
 * apart, because a client that has gone answers data with a reset. So the first bytes of the answer, which are the same for all answers,
 * go out ahead of it, one at a time; the rest of the answer follows when it is there. The write after a reset fails and closes the channel.
 */
final class AnswerPrefix extends ChannelOutboundHandlerAdapter {
    private static final byte[] START = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
    /** The second byte is what usually fails, so it follows soon; the others are for longer ways to the client. */
    private static final long[] DELAYS_MS = {0, 20, 100, 500, 2_000, 8_000, 30_000};

    private int sent;
    private @Nullable ScheduledFuture<?> next;

    /** Begins with the first byte; {@link #stop} ends it. Both on the event loop. */
    void start(ChannelHandlerContext ctx) {
        if (next != null || sent > 0) {
            return;
        }
        sendOne(ctx);
    }

    /** The answer is there: what is still to be sent of it goes with it. */
    void stop() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }

    private void sendOne(ChannelHandlerContext ctx) {
        next = null;
        ByteBuf one = Unpooled.wrappedBuffer(START, sent, 1);
        sent++;
        ChannelFuture _ = ctx.writeAndFlush(one).addListener(written -> {
            if (!written.isSuccess()) {
                stop();
                ChannelFuture _ = ctx.close();
            }
        });
        if (sent < START.length && ctx.channel().isActive()) {
            next = ctx.executor().schedule(() -> sendOne(ctx), DELAYS_MS[sent], TimeUnit.MILLISECONDS);
        }
    }

    /** The encoder's first buffer of an answer begins with what has been sent already. */
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (sent > 0 && message instanceof ByteBuf bytes && bytes.isReadable()) {
            bytes.skipBytes(sent);
            sent = 0;
        }
        ChannelFuture _ = ctx.write(message, promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }
}
