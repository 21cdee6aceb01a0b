package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.ProcessMemory;
import dev.sluice.system.Eventually;
import dev.sluice.system.fault.Crowd.Visit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients go away or do not read what they asked for; the others never notice. */
@OnEachRedis
class ClientFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int FEW = 5;
    private static final int MANY = 32;
    private static final int SLOW_READERS = 200;
    private static final int DOCUMENTS = 50;
    private static final long MOST_GROWTH = 64L << 20;

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

    @Test
    void r28ClientsThatReadAByteASecondHoldNobodyUp() throws Exception {
        try (ServerProcess api = rig.startApi("slowly-read-api", Map.of());
                LeanClient client = new LeanClient()) {
            api.awaitReady();
            eventually(
                    "it knows the model",
                    LIMIT,
                    () -> api.client().postJson(Probe.PATH, Probe.row(1, 0)).status() == 200);
            load(client, api, ChaosForm.count(1_500, 3_000));
            int millis = ChaosForm.count(4_000, 15_000);
            double p99Without = Crowd.p99(load(client, api, millis));
            long memory = ProcessMemory.peakOf(api.pid()).orElse(0);
            List<RawConnection> slow = new ArrayList<>();
            try {
                AtomicInteger reading = new AtomicInteger();
                for (int i = 0; i < SLOW_READERS; i++) {
                    RawConnection connection = new RawConnection(api);
                    slow.add(connection);
                    Thread.startVirtualThread(() -> readSlowly(connection, reading));
                }
                eventually("all of them have begun to read", LIMIT, () -> reading.get() == SLOW_READERS);
                List<Visit> visits = load(client, api, millis);
                double p99 = Crowd.p99(visits);
                long grown = ProcessMemory.peakOf(api.pid()).orElse(0) - memory;
                boolean allRight = visits.stream().allMatch(Visit::right);
                table.add(
                        "R28 %d clients that ask for %d documents each and read a byte a second"
                                .formatted(SLOW_READERS, DOCUMENTS),
                        reading.get() == SLOW_READERS,
                        "%d were reading all the time".formatted(reading.get()),
                        visits.size() / (millis / 1e3),
                        "others %s, p99 %.0f ms without, %.0f ms with; memory + %d MiB"
                                .formatted(allRight ? "all right" : "NOT ALL RIGHT", p99Without, p99, grown >> 20),
                        "others right, p99 + ≤ 100 ms; memory + ≤ 64 MiB",
                        allRight && FaultTable.within(p99Without + 100, p99) && grown <= MOST_GROWTH && api.isAlive());
            } finally {
                for (RawConnection connection : slow) {
                    connection.close();
                }
            }
        }
    }

    private static List<Visit> load(LeanClient client, ServerProcess api, int millis) throws InterruptedException {
        Crowd crowd = new Crowd(client, List.of(api), Probe.DEPLOYMENT, 1, 1);
        crowd.poisson(50, millis, ChaosForm.seed());
        return crowd.finish();
    }

    /** Asks for much at once, then takes one byte a second until the connection is closed. */
    private static void readSlowly(RawConnection connection, AtomicInteger reading) {
        try {
            connection.send("GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(DOCUMENTS));
            connection.sip();
            reading.incrementAndGet();
            while (connection.sip()) {
                Eventually.pass(Duration.ofSeconds(1));
            }
            reading.decrementAndGet();
        } catch (IOException closed) {
            reading.decrementAndGet();
        }
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
