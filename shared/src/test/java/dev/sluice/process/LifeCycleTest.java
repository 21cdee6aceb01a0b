package dev.sluice.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What has started is closed in reverse order, whatever happens. */
class LifeCycleTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> closed = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        Futures.await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource
    void partsAreClosedInReverseOrderAndOnce(Program.Threading threading) {
        LifeCycle cycle = new LifeCycle(vertx, program(threading, parts -> {
            parts.addImmediate("first", () -> closed.add("first"));
            parts.add("second", () -> vertx.timer(1).onSuccess(_ -> closed.add("second")));
            parts.addImmediate("third", () -> closed.add("third"));
            return Future.succeededFuture();
        }));
        Futures.await(cycle.start());
        assertEquals(List.of(), closed);
        Futures.await(cycle.close());
        Futures.await(cycle.close());
        assertEquals(List.of("third", "second", "first"), closed);
    }

    @ParameterizedTest
    @EnumSource
    void aStartThatFailsHalfWayClosesWhatHasStarted(Program.Threading threading) {
        List<Throwable> failures = List.of(
                new IllegalStateException("a port is in use"), new NoClassDefFoundError("a library is missing"));
        for (Throwable failure : failures) {
            closed.clear();
            for (Start start : List.<Start>of(_ -> Future.failedFuture(failure), _ -> {
                throw sneaked(failure);
            })) {
                LifeCycle cycle = new LifeCycle(vertx, program(threading, parts -> {
                    parts.addImmediate("first", () -> closed.add("first"));
                    parts.addImmediate("second", () -> closed.add("second"));
                    return start.start(parts);
                }));
                Exception failed = assertThrows(IllegalStateException.class, () -> Futures.await(cycle.start()));
                assertTrue(String.valueOf(failed.getMessage()).contains(String.valueOf(failure.getMessage())));
            }
            assertEquals(List.of("second", "first", "second", "first"), closed);
        }
    }

    @Test
    void aPartThatDoesNotCloseKeepsNoOtherFromClosing() {
        LifeCycle cycle = new LifeCycle(vertx, program(Program.Threading.EVENT_LOOP, parts -> {
            parts.addImmediate("first", () -> closed.add("first"));
            parts.add("silent", Duration.ofMillis(10), () -> Promise.promise().future());
            parts.add("failing", () -> Future.failedFuture("no reason"));
            parts.addImmediate("throwing", () -> {
                throw new IllegalStateException("no reason either");
            });
            return Future.succeededFuture();
        }));
        Futures.await(cycle.start());
        Futures.await(cycle.close());
        assertEquals(List.of("first"), closed);
    }

    @Test
    void aStopDuringTheStartClosesWhatComesLateAndEndsTheStart() {
        Promise<Void> opened = Promise.promise();
        Promise<Void> goOn = Promise.promise();
        LifeCycle cycle = new LifeCycle(vertx, program(Program.Threading.EVENT_LOOP, parts -> {
            parts.addImmediate("first", () -> closed.add("first"));
            opened.complete();
            return goOn.future().compose(_ -> {
                parts.addImmediate("late", () -> closed.add("late"));
                closed.add("never started");
                return Future.succeededFuture();
            });
        }));
        Future<Void> start = cycle.start();
        Futures.await(opened.future());
        Futures.await(cycle.close());
        goOn.complete();
        assertThrows(IllegalStateException.class, () -> Futures.await(start));
        assertEquals(List.of("first", "late"), closed);
    }

    @Test
    void aProgramOnAnEventLoopStartsDrainsAndClosesOnTheSameOne() {
        List<Context> contexts = new ArrayList<>();
        Start start = parts -> {
            contexts.add(Vertx.currentContext());
            parts.add("slow", () -> vertx.timer(1));
            parts.addImmediate("first", () -> contexts.add(Vertx.currentContext()));
            // It completes on another thread.
            return Future.succeededFuture().compose(_ -> vertx.executeBlocking(() -> null));
        };
        LifeCycle cycle = new LifeCycle(vertx, program(Program.Threading.EVENT_LOOP, start));
        Futures.await(cycle.start());
        Futures.await(cycle.drain());
        Futures.await(cycle.close());
        assertEquals(2, contexts.size());
        assertTrue(contexts.getFirst().isEventLoopContext());
        assertEquals(contexts.getFirst(), contexts.getLast());
    }

    private interface Start {
        Future<?> start(StartedParts parts) throws Exception;
    }

    private static Program program(Program.Threading threading, Start start) {
        return new Program() {
            @Override
            public Future<?> start(Vertx vertx, StartedParts parts) throws Exception {
                return start.start(parts);
            }

            @Override
            public String welcome() {
                return "started";
            }

            @Override
            public Threading threading() {
                return threading;
            }
        };
    }

    private static Exception sneaked(Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        return (Exception) failure;
    }
}
