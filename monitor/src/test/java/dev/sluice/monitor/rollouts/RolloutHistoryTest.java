package dev.sluice.monitor.rollouts;

import static dev.sluice.chaos.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.chaos.Slow;
import dev.sluice.model.Deployment;
import dev.sluice.model.RolloutNote;
import dev.sluice.monitor.RealServices;
import dev.sluice.monitor.database.Database;
import dev.sluice.monitor.transfer.RefusedRows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each end of a rollout on each worker becomes one row, with its reason. */
@Slow
class RolloutHistoryTest {
    private static final Deployment IRIS = Deployment.parse("iris@champion");
    private static final Deployment LOAN = Deployment.parse("loan@champion");
    private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");

    private static RealServices services;
    private static Database database;
    private static long now;

    @BeforeAll
    static void startServices() throws Exception {
        services = RealServices.start();
        database = services.database(services.postgres().newDatabase());
        await(database.migrate());
    }

    @AfterAll
    static void stopServices() throws Exception {
        services.close();
    }

    @Test
    void eachEndIsKeptOnceAndTheStepsBetweenAreNot() {
        DeploymentBoard board = new DeploymentBoard(services.link());
        RolloutHistory history = history(board);
        await(board.writeEndedRollout(IRIS, note("Live", "1", "", 0, "a/1")));
        await(board.writeEndedRollout(IRIS, note("Live", "1", "", 0, "b/2")));
        await(board.writeRollout(IRIS, note("Downloading", "2", "", 1, "a/1")));
        await(history.look());
        await(board.writeEndedRollout(IRIS, note("Rejected", "2", "its signature says otherwise", 2, "a/1")));
        await(board.writeEndedRollout(LOAN, note("Live", "7", "", 3, "a/1")));
        await(history.look());
        await(history(board).look());
        assertEquals(
                List.of(
                        "iris 1 a/1 Live ",
                        "iris 1 b/2 Live ",
                        "iris 2 a/1 Rejected its signature says otherwise",
                        "loan 7 a/1 Live "),
                kept());

        await(database.run("delete from rollout"));
        await(history.look());
        assertEquals(List.of(), kept(), "what was on the board at the last poll is not written again");
        now += Duration.ofMinutes(1).toNanos();
        await(history.look());
        assertEquals(4, kept().size(), "but after a minute, in case the database was restored");

        await(new RolloutStore(database).dropBefore(LocalDate.parse("2026-01-02")));
        assertEquals(4, kept().size(), "that day's stay");
        await(new RolloutStore(database).dropBefore(LocalDate.parse("2026-01-03")));
        assertEquals(List.of(), kept());
    }

    private static RolloutHistory history(DeploymentBoard board) {
        return new RolloutHistory(
                board,
                new RolloutStore(database).isolating(new RefusedRows(database), new SimpleMeterRegistry()),
                () -> now);
    }

    private static RolloutNote note(String state, String version, String reason, long second, String worker) {
        return new RolloutNote(state, version, reason, THEN.plusSeconds(second).toEpochMilli(), worker);
    }

    private static List<String> kept() {
        List<String> kept = new ArrayList<>();
        await(
                        database.run(
                                "select concat_ws(' ', model, version, worker, state, reason) as line from rollout order by ended, worker"))
                .forEach(row -> kept.add(row.getString("line")));
        return kept;
    }
}
