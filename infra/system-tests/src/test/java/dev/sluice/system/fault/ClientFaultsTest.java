package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients go away; the others never notice. */
@OnEachRedis
class ClientFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int FEW = 5;
    private static final int MANY = 32;

    private final Rig rig;
    private final FaultTable table;

    ClientFaultsTest(String redisServer, Rigs rigs) throws Exception {
        rig = rigs.on(redisServer);
        table = new FaultTable(rig.redisVersion());
    }

    @Test
    void r17WhoeverGoesAwayCancelsWhatNobodyElseWaitsFor() throws Exception {
        pauseWorkers();
        long cancelledBefore = counter("total.cancelled");
        long doneBefore = counter("total.done");
        List<RawConnection> alone = new ArrayList<>();
        List<RawConnection> coming = new ArrayList<>();
        for (int i = 0; i < FEW; i++) {
            alone.add(oneByOne());
            coming.add(oneByOne("Idempotency-Key", "gone-" + i + "-" + System.nanoTime()));
            coming.add(oneByOne("Prefer", "respond-async"));
        }
        long before = counter("open.jobs");
        List<RawConnection> allGo = together();
        long jobsOfAll = counter("open.jobs") - before;
        List<RawConnection> someGo = together();
        long jobsOfSome = counter("open.jobs") - before - jobsOfAll;
        closeAll(alone);
        closeAll(coming);
        closeAll(allGo);
        // The ones at the end are in a group: the first was alone when it came.
        List<RawConnection> staying = someGo.subList(0, MANY / 2);
        closeAll(someGo.subList(MANY / 2, MANY));
        eventually(
                "those whom nobody waits for are cancelled",
                LIMIT,
                () -> counter("total.cancelled") - cancelledBefore >= FEW + jobsOfAll);
        resumeWorkers();
        int answered = 0;
        for (RawConnection one : staying) {
            answered += one.next().startsWith("HTTP/1.1 200") ? 1 : 0;
            one.close();
        }
        eventually("nothing is open", LIMIT, () -> counter("open.jobs") == 0);
        long cancelled = counter("total.cancelled") - cancelledBefore;
        long done = counter("total.done") - doneBefore;
        table.add(
                "R17 clients go away while their jobs wait",
                jobsOfAll < MANY && jobsOfSome < MANY,
                "%d alone, %d with a key, %d asynchronous, %d in %d jobs, half of %d in %d jobs"
                        .formatted(FEW, FEW, FEW, MANY, jobsOfAll, MANY, jobsOfSome),
                0,
                "%d cancelled, %d done; %d of %d who stayed answered".formatted(cancelled, done, answered, MANY / 2),
                "cancelled what nobody waits for, and nothing else",
                answered == staying.size()
                        && cancelled >= FEW + jobsOfAll
                        && cancelled + done == 3 * FEW + jobsOfAll + jobsOfSome
                        && done >= 2 * FEW + 1);
    }

    private RawConnection oneByOne(String... headers) throws Exception {
        long before = counter("open.jobs");
        RawConnection connection = new RawConnection(rig.api(1));
        connection.post(Probe.PATH, Probe.row(1, 0), headers);
        eventually("its job is open", LIMIT, () -> counter("open.jobs") == before + 1);
        return connection;
    }

    /** So close to each other that they travel in groups. */
    private List<RawConnection> together() throws Exception {
        long before = counter("open.items");
        List<RawConnection> connections = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            connections.add(new RawConnection(rig.api(1)));
        }
        for (RawConnection connection : connections) {
            connection.post(Probe.PATH, Probe.row(1, 0));
        }
        eventually("all are open", LIMIT, () -> counter("open.items") == before + MANY);
        return connections;
    }

    private static void closeAll(List<RawConnection> connections) throws IOException {
        for (RawConnection connection : connections) {
            connection.close();
        }
    }

    private void pauseWorkers() throws Exception {
        for (ServerProcess worker : rig.workers()) {
            worker.pause();
        }
    }

    private void resumeWorkers() throws Exception {
        for (ServerProcess worker : rig.workers()) {
            worker.resume();
        }
    }

    private long counter(String name) throws Exception {
        return rig.queue().counter(Probe.DEPLOYMENT, name);
    }
}
