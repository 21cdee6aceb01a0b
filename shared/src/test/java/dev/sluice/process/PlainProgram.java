package dev.sluice.process;

import dev.sluice.settings.LogFormat;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;

/** A program that does what its one argument says, in a process of its own. */
final class PlainProgram implements Program {
    private final String what;

    private PlainProgram(String what) {
        this.what = what;
    }

    public static void main(String[] args) {
        SluiceProcess.run(PlainProgram.class, LogFormat.TEXT, () -> new PlainProgram(args[0]));
    }

    @Override
    public Future<?> start(Vertx vertx, StartedParts parts) {
        parts.addImmediate("The part", () -> System.out.println("the part is closed"));
        System.out.println("the part is open");
        return switch (what) {
            case "cannot start" -> Future.failedFuture(new IllegalStateException("no reason"));
            case "lacks a class" -> throw new NoClassDefFoundError("Missing");
            case "starts for ever" -> Promise.promise().future();
            default -> Future.succeededFuture();
        };
    }

    @Override
    public String welcome() {
        return "the program runs";
    }

    @Override
    public Future<?> drain() {
        System.out.println("draining");
        return what.equals("cannot drain") ? Future.failedFuture("no reason") : Future.succeededFuture();
    }

    @Override
    public Duration drainWithin() {
        return Duration.ofSeconds(1);
    }
}
