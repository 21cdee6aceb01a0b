package dev.sluice.monitor.retraining;

import static dev.sluice.chaos.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.chaos.Slow;
import dev.sluice.monitor.RealServices;
import dev.sluice.monitor.database.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each retraining belongs to the monitor that renews its lease; a trainer that all monitors share, such as Prefect, runs it. */
@Slow
class LeasedRetrainingTest {
    private static final Alert ALERT = new Alert("ModelInputDrift", "loan", "fingerprint");

    private static RealServices services;

    private final SharedTrainer trainer = new SharedTrainer();
    private Database database;
    private long now;

    @BeforeAll
    static void startServices() throws IOException {
        services = RealServices.start();
    }

    @AfterAll
    static void stopServices() throws IOException {
        services.close();
    }

    @BeforeEach
    void begin() throws SQLException {
        database = services.database(services.postgres().newDatabase());
        await(database.migrate());
    }

    @AfterEach
    void end() {
        await(database.close());
    }

    @Test
    void aMonitorThatStopsLeavesItsRetrainingToTheNextOneAtOnce() {
        Retrainings first = monitor();
        await(first.ask(ALERT));
        Retrainings second = monitor();
        trainer.endings.put("run 1", new Trainer.Ending(true, "done"));
        await(second.look());
        assertEquals("null", last("outcome"), "the first one looks after it");
        await(first.close());
        await(second.look());
        assertEquals("succeeded", last("outcome"));
    }

    @Test
    void aRetrainingWhoseMonitorHasDiedIsTakenOverAfterItsLease() {
        await(monitor().ask(ALERT));
        trainer.endings.put("run 1", new Trainer.Ending(true, "done"));
        Retrainings second = monitor();
        await(second.look());
        leaseExpires();
        await(second.look());
        assertEquals("null", last("outcome"), "Postgres may have been away: the first one gets time to renew");
        now += RetrainingStore.LEASE.toNanos() + 1;
        await(second.look());
        assertEquals("succeeded", last("outcome"));
    }

    @Test
    void aMonitorThatRenewsItsLeaseKeepsItsRetraining() {
        Retrainings first = monitor();
        await(first.ask(ALERT));
        Retrainings second = monitor();
        await(second.look());
        leaseExpires();
        now += RetrainingStore.LEASE.toNanos() + 1;
        await(first.look());
        trainer.endings.put("run 1", new Trainer.Ending(true, "done"));
        await(second.look());
        assertEquals("null", last("outcome"));
        await(first.look());
        assertEquals("succeeded", last("outcome"));
    }

    @Test
    void aClaimOfADeadMonitorThatStartedNothingIsReleased() {
        RetrainingStore dead = new RetrainingStore(database, Duration.ofHours(1), "dead");
        await(dead.claim(ALERT));
        await(dead.release());
        await(monitor().look());
        assertEquals("not started", last("outcome"));
        assertEquals("started: run 1", await(monitor().ask(ALERT)));
    }

    private void leaseExpires() {
        await(database.run("update retraining set renewed = now() - interval '1 hour'"));
    }

    private Retrainings monitor() {
        return new Retrainings(database, Duration.ofHours(1), trainer, new SimpleMeterRegistry(), () -> now);
    }

    private String last(String column) {
        JsonObject newest = await(monitor().json()).getJsonObject(0);
        return String.valueOf(newest.getValue(column));
    }

    /** A system of its own, which knows every run, whichever monitor has started it. */
    private static final class SharedTrainer implements Trainer {
        private final Map<String, Ending> endings = new HashMap<>();
        private int runs;

        @Override
        public Future<String> start(String model) {
            runs++;
            return Future.succeededFuture("run " + runs);
        }

        @Override
        public Future<Optional<Ending>> ending(String run) {
            return Future.succeededFuture(Optional.ofNullable(endings.get(run)));
        }
    }
}
