package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.TestPorts;
import dev.sluice.system.fault.FaultTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Whatever has happened to a system: after {@code sluice up} exactly that runs which was asked for. */
@ExtendWith(RunningSluice.Shared.class)
@BesideOthers
class StartHistoriesFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String WITHDRAWN_AFTER = "SLUICE_WITHDRAWN_AFTER";

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    private final RunningSluice shared;
    private final Random random = new Random(ChaosForm.seed());
    private final Map<String, List<String>> ports = new TreeMap<>();
    private final List<String> events = new ArrayList<>();
    private OperatedSluice sluice;
    /** A program of somebody else, whose process id is in the records after a power cut. */
    private Process bystander;

    private Map<String, String> asked = Map.of();

    StartHistoriesFaultsTest(RunningSluice shared) {
        this.shared = shared;
    }

    @BeforeEach
    void begin() throws Exception {
        for (String port : List.of("SLUICE_PORT", "MLFLOW_PORT", "REDIS_PORT")) {
            ports.put(port, List.of(String.valueOf(TestPorts.take()), String.valueOf(TestPorts.take())));
        }
        sluice = new OperatedSluice(shared, folder);
        bystander = new ProcessBuilder("sleep", "3600").start();
    }

    @AfterEach
    void end() throws Exception {
        sluice.close();
        bystander.destroyForcibly();
        RunningSluice.delete(folder);
    }

    @Test
    void r36WhatWasAskedForRunsAfterAnyHistory() throws Exception {
        System.out.println(ChaosForm.describe());
        up(Map.of("WORKERS", "2"));
        int histories = ChaosForm.count(3, 20);
        for (int history = 1; history <= histories; history++) {
            int happenings = 1 + random.nextInt(3);
            for (int i = 0; i < happenings; i++) {
                happen(history == 1 && i == 0 ? 0 : random.nextInt(8));
            }
            up(randomRequest());
        }
        new FaultTable("PATH")
                .add(
                        "R36 `make up` after %d random histories".formatted(histories),
                        events.size() >= histories,
                        "%d power cuts, %d kills, %d stops, %d other starts"
                                .formatted(
                                        count("power cut"),
                                        count("kill"),
                                        count("stop"),
                                        count("down") + count("up into")),
                        0,
                        "asked for and running in each; the bystander %s"
                                .formatted(bystander.isAlive() ? "lives" : "was killed"),
                        "what was asked for, nothing else",
                        bystander.isAlive());
    }

    private long count(String kind) {
        return events.stream().filter(event -> event.startsWith(kind)).count();
    }

    private void happen(int what) throws Exception {
        String name = anyRecorded();
        Map<String, String> record = sluice.record(name);
        String event = switch (what) {
            case 0 -> {
                sluice.cutPower();
                useProcessIdsAgain();
                yield "power cut";
            }
            case 1 -> {
                Map<String, String> other = randomRequest();
                int records = 1 + random.nextInt(4);
                try (ChildProcess start = sluice.begin(other, "up")) {
                    Eventually.eventually(
                            "some processes are recorded",
                            LIMIT,
                            () -> sluice.recorded().size() >= records || !start.isAlive());
                    sluice.cutPower();
                }
                yield "power cut during up";
            }
            case 2 -> {
                kill(record, "pid");
                yield "kill " + name;
            }
            case 3 -> {
                kill(record, "supervisor");
                yield "kill the supervisor of " + name;
            }
            case 4 -> {
                kill(record, "supervisor");
                kill(record, "pid");
                yield "kill " + name + " and its supervisor";
            }
            case 5 -> {
                sluice.sluice(Map.of(), "stop", name);
                yield "stop " + name;
            }
            case 6 -> {
                sluice.sluice(Map.of(), "down");
                asked = complete(Map.of("WORKERS", "4"));
                sluice.sluice(asked, "up");
                yield "down, up with 4 workers";
            }
            default -> {
                Map<String, String> given = complete(randomRequest());
                asked = merged(given);
                sluice.shell("\"$0\" up | head -n 1", given);
                yield "up into head";
            }
        };
        events.add(event);
        System.out.println(event);
    }

    private String anyRecorded() throws IOException {
        List<String> names = sluice.recorded();
        return names.get(random.nextInt(names.size()));
    }

    private static void kill(Map<String, String> record, String key) {
        String pid = record.getOrDefault(key, "");
        // After a power cut it is the bystander's.
        if (!pid.isEmpty()
                && record.get(key.equals("pid") ? "started" : "supervisor_started")
                        .startsWith(bootId())) {
            OperatedSluice.kill(Long.parseLong(pid));
        }
    }

    private static String bootId() {
        try {
            return OperatedSluice.boot();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The next boot gives the ids, and even the start times, to other programs. */
    private void useProcessIdsAgain() throws IOException {
        String pid = String.valueOf(bystander.pid());
        String identity = "00000000-" + OperatedSluice.startTicks(bystander.pid());
        for (String name : sluice.recorded()) {
            String record = Files.readString(sluice.file(name))
                    .replaceAll("(?m)^(supervisor|pid)=.*", "$1=" + pid)
                    .replaceAll("(?m)^(supervisor_started|started)=.*", "$1=" + identity);
            Files.writeString(sluice.file(name), record);
        }
        Path lock = sluice.home().resolve("run/start.lock");
        Files.deleteIfExists(lock);
        Files.createSymbolicLink(lock, Path.of(pid + ":" + identity));
        Path postmaster = sluice.home().resolve("postgres/data/postmaster.pid");
        if (Files.exists(postmaster)) {
            Files.writeString(postmaster, Files.readString(postmaster).replaceFirst("\\d+", pid));
        }
    }

    /** Each setting may be left out, except the ports: the default ones may be in use. */
    private Map<String, String> randomRequest() {
        Map<String, String> request = new TreeMap<>();
        ports.forEach((name, choice) -> request.put(name, choice.get(random.nextInt(4) / 3)));
        put(request, "APIS", List.of("1", "2"));
        put(request, "WORKERS", List.of("1", "2", "3"));
        put(request, "SLUICE_MONITOR", List.of("0", "0", "1"));
        put(request, WITHDRAWN_AFTER, List.of("3s", "5s"));
        return request;
    }

    private void put(Map<String, String> request, String name, List<String> choice) {
        if (random.nextInt(4) > 0) {
            request.put(name, choice.get(random.nextInt(choice.size())));
        }
    }

    private Map<String, String> complete(Map<String, String> request) {
        Map<String, String> all = new TreeMap<>(request);
        ports.forEach((name, choice) -> all.putIfAbsent(name, choice.getFirst()));
        all.putIfAbsent("SLUICE_MONITOR", "0");
        return all;
    }

    /** While something runs, a setting that is not given stays as it was. */
    private Map<String, String> merged(Map<String, String> given) throws IOException {
        Map<String, String> all = new TreeMap<>(sluice.everything().isEmpty() ? Map.of() : asked);
        all.putAll(given);
        return all;
    }

    /** Starts what was asked for, and asserts that this is what runs. */
    private void up(Map<String, String> request) throws Exception {
        Map<String, String> given = complete(request);
        Map<String, String> expected = merged(given);
        System.out.println("up " + given + ", expected " + expected);
        String printed = sluice.sluice(given, "up");
        asked = expected;
        TreeSet<String> names = new TreeSet<>(List.of("redis", "mlflow"));
        for (int i = 1; i <= Integer.parseInt(expected.getOrDefault("APIS", "1")); i++) {
            names.add("api-" + i);
        }
        for (int i = 1; i <= Integer.parseInt(expected.getOrDefault("WORKERS", "1")); i++) {
            names.add("worker-" + i);
        }
        if (expected.get("SLUICE_MONITOR").equals("1")) {
            names.addAll(List.of("monitor", "postgres"));
        }
        assertEquals(List.copyOf(names), sluice.supervised(), printed);
        assertEquals(List.copyOf(names), sluice.recorded(), printed);
        assertPorts(expected, names);
        for (String name : names) {
            if (name.startsWith("worker")) {
                assertEquals(expected.getOrDefault(WITHDRAWN_AFTER, ""), sluice.settingOf(name, WITHDRAWN_AFTER), name);
            }
            if (name.startsWith("api")) {
                SluiceClient api = new SluiceClient(
                        "http://127.0.0.1:" + sluice.record(name).get("port"));
                assertTrue(
                        api.postJson("/v1/models/iris/predict", Rows.SETOSA)
                                .text()
                                .contains("setosa"),
                        printed);
            }
        }
    }

    private void assertPorts(Map<String, String> expected, Set<String> names) throws Exception {
        Map<String, String> owners = Map.of("SLUICE_PORT", "api-1", "MLFLOW_PORT", "mlflow", "REDIS_PORT", "redis");
        for (Map.Entry<String, List<String>> choice : ports.entrySet()) {
            String port = expected.get(choice.getKey());
            String owner = owners.get(choice.getKey());
            assertTrue(names.contains(owner));
            assertEquals(port, sluice.record(owner).get("port"), owner);
            for (String other : choice.getValue()) {
                if (!other.equals(port)) {
                    assertTrue(!isListenedOn(other), "port %s of %s is still used".formatted(other, owner));
                }
            }
        }
    }

    private static boolean isListenedOn(String port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
