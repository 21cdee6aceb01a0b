package dev.sluice.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** What tests ask of a link whose Redis comes and goes. */
final class LinkChecks {
    /** Generous: what is promised is 5 s, and asserted by the fault tests. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private LinkChecks() {}

    static void until(String what, BooleanSupplier reached) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!reached.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "not within a minute: " + what);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Throws the {@link RedisUnavailableException} with which it fails. */
    static void await(Future<?> future) {
        try {
            var _ = future.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisUnavailableException unavailable) {
                throw unavailable;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static boolean answers(RedisLink link) {
        return succeeds(link, Request.cmd(Command.PING));
    }

    static boolean writes(RedisLink link) {
        return succeeds(link, Request.cmd(Command.SET).arg("written").arg(1));
    }

    private static boolean succeeds(RedisLink link, Request request) {
        try {
            await(link.send(request));
            return true;
        } catch (RedisUnavailableException notYet) {
            return false;
        }
    }
}
