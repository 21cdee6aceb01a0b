package dev.sluice.process;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/** Steps of a start or a stop. */
final class Steps {
    private Steps() {}

    /** Also of a step that throws, whatever it throws, the outcome is known: nothing waits for it for ever. */
    static Future<Void> run(Executor executor, Callable<? extends Future<?>> step) {
        Promise<Void> ended = Promise.promise();
        executor.execute(() -> {
            try {
                step.call().<Void>mapEmpty().onComplete(ended);
            } catch (Exception | Error e) {
                ended.fail(e);
            }
        });
        return ended.future();
    }
}
