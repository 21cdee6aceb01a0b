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
 * apart, because a disconnected client answers data with a reset. So the first bytes of the answer, which are the same for all answers, are
 * sent early, one at a time; the rest of the answer follows when it is complete. The write after a reset fails and closes the channel.
 */
final class AnswerPrefix extends ChannelOutboundHandlerAdapter {
    private static final byte[] START = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);
    /** Usually the second byte fails, so it is sent soon; the others are for clients with longer round trips. */
    private static final long[] DELAYS_MS = {0, 20, 100, 500, 2_000, 8_000, 30_000};

    private int sent;
    private @Nullable ScheduledFuture<?> next;

    /** Sends the first byte; {@link #stop} ends the sequence. Call both on the event loop. */
    void start(ChannelHandlerContext ctx) {
        if (next != null || sent > 0) {
            return;
        }
        sendOne(ctx);
    }

    /** The answer is complete: sends the rest of the prefix with it. */
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

    /** Removes the bytes that were sent already from the encoder's first buffer of an answer. */
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
