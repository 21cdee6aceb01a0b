package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;
import static dev.sluice.system.Eventually.pass;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.chaos.Integration;
import dev.sluice.chaos.TestPorts;
import dev.sluice.system.RunningSluice;
import dev.sluice.system.SluiceClient;
import dev.sluice.system.SluiceClient.Answer;
import java.io.File;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How many workers there are is decided as KEDA and Kubernetes's autoscaler would, by infra/k8s/base/worker-scaling.yaml: its queries asked
 * of a real Prometheus that looks at a real API and real workers, which are started and stopped by what comes out. All of its times go
 * {@value #FASTER} times as fast, but workers start no faster and Prometheus looks once a second; there are {@value #MOST} workers at most.
 */
@OnEachRedis
@ExtendWith(RunningSluice.Shared.class)
@Integration
class KedaScalingTest {
    private static final int FASTER = 20;
    /** What the machine of a test bears. */
    private static final int MOST = 3;

    private static final Path SCALING = RunningSluice.PROJECT.resolve("infra/k8s/base/worker-scaling.yaml");
    private static final String PREDICT = "/v1/models/%s/predict".formatted(Probe.TOIL);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration DRAINED = Duration.ofMinutes(3);
    private static final long ROW_SPIN = 4L * Probe.TOIL_SPIN;
    private static final int ROWS = 4;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration LINE = Duration.ofMillis(500);

    private final RunningSluice sluice;
    private final Rig rig;
    private final FaultTable table;

    KedaScalingTest(String redisServer, Rigs rigs, RunningSluice sluice) throws Exception {
        assumeTrue(Prometheus.isInstalled(), "prometheus is not installed");
        this.sluice = sluice;
        rig = rigs.on(redisServer);
        table = new FaultTable(rig.redisVersion());
    }

    @Test
    void workersComeAndGoWithTheWork() throws Exception {
        ScaledObject scaledObject = ScaledObject.read(sluice);
        String managementPort = String.valueOf(TestPorts.take());
        try (ServerProcess api = rig.startApi("keda-api", Map.of("SLUICE_MANAGEMENT_PORT", managementPort));
                Workers workers = new Workers(rig);
                Prometheus prometheus = new Prometheus()) {
            api.awaitReady();
            modelIsKnown(api);
            prometheus.lookAt(managementPort, workers);
            Simulation simulation = new Simulation(api.client(), workers, prometheus, scaledObject);
            eventually("nothing is wanted", LIMIT, () -> simulation.autoscaler.wanted() == 0);

            simulation.phase("empty", Duration.ofSeconds(3), () -> false);
            boolean empty = workers.count() == scaledObject.least();
            simulation.send(10);
            simulation.phase("asynchronous jobs", LIMIT, () -> simulation.open() == 0);
            int first = simulation.most;
            simulation.send(100);
            simulation.phase("burst", Duration.ofSeconds(10), () -> false);
            simulation.perLine = 1;
            simulation.phase("steady", Duration.ofSeconds(12), () -> false);
            simulation.perLine = 0;
            simulation.phase("drain", DRAINED, () -> simulation.open() == 0);
            simulation.phase("empty", LIMIT, () -> workers.count() == scaledObject.least());

            int right = simulation.right();
            table.add(
                    "KEDA's arithmetic decides how many workers there are",
                    empty && simulation.most > 1,
                    "from %d workers to %d with 10 jobs, to %d in the burst; its times %d times as fast"
                            .formatted(scaledObject.least(), first, simulation.most, FASTER),
                    simulation.accepted.size() / simulation.seconds(),
                    "%d of %d jobs right; %d times to zero with open jobs; %d workers at the end"
                            .formatted(right, simulation.accepted.size(), simulation.zeroWhileOpen, workers.count()),
                    "all right; never to zero with open jobs; the least at the end",
                    right == simulation.accepted.size()
                            && first >= 1
                            && simulation.zeroWhileOpen == 0
                            && workers.count() == scaledObject.least());
        }
    }

    /** A deployment that nobody has ever served is refused, by any number of workers. */
    private void modelIsKnown(ServerProcess api) throws Exception {
        try (ServerProcess worker = rig.startWorker("keda-first", Map.of("SLUICE_MODELS", Probe.TOIL.toString()))) {
            worker.awaitReady();
            eventually(
                    "the model is served",
                    LIMIT,
                    () -> api.client().postJson(PREDICT, Probe.row(1, 1)).status() == 200);
            worker.terminate();
            worker.awaitEnd(LIMIT);
        }
    }

    private static double now() {
        return System.nanoTime() / 1e9;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    /** The jobs, the autoscaler and what was seen of both. */
    private final class Simulation {
        private final SluiceClient api;
        private final Workers workers;
        private final Autoscaler autoscaler;
        private final Map<String, Integer> accepted = new LinkedHashMap<>();
        private final double begun = now();
        private double nextLine;
        private int perLine;
        private int most;
        private int zeroWhileOpen;

        Simulation(SluiceClient api, Workers workers, Prometheus prometheus, ScaledObject scaledObject) {
            this.api = api;
            this.workers = workers;
            this.autoscaler = new Autoscaler(scaledObject, workers, prometheus);
            System.out.println("| second | phase | open items | backlog s, times workers | wanted | workers | ready |");
            System.out.println("|---:|---|---:|---:|---:|---:|---:|");
        }

        double seconds() {
            return now() - begun;
        }

        long open() throws Exception {
            return rig.queue().counter(Probe.TOIL, "open.jobs");
        }

        void send(int jobs) {
            for (int i = 0; i < jobs; i++) {
                int number = accepted.size() * ROWS;
                List<String> rows = new ArrayList<>();
                for (int row = 0; row < ROWS; row++) {
                    rows.add(Probe.row(number + row, ROW_SPIN));
                }
                Answer answer = api.postJson(PREDICT, rows.toString(), "Prefer", "respond-async");
                assertEquals(202, answer.status(), answer.text());
                accepted.put(answer.body().path("job_id").asText(), number);
            }
        }

        /** How many of the accepted jobs have the answers that were asked for. */
        int right() {
            int right = 0;
            for (Map.Entry<String, Integer> job : accepted.entrySet()) {
                JsonNode predictions = api.get("/v1/jobs/" + job.getKey(), "Prefer", "wait=5")
                        .body()
                        .path("result")
                        .path("predictions");
                int rows = 0;
                while (rows < ROWS
                        && predictions.path(rows).path("value").asDouble(Double.NaN) == job.getValue() + rows) {
                    rows++;
                }
                right += rows == ROWS ? 1 : 0;
            }
            return right;
        }

        void phase(String name, Duration limit, Condition over) throws Exception {
            double end = now() + limit.toMillis() / 1e3;
            while (now() < end && !over.holds()) {
                int before = workers.count();
                autoscaler.look();
                if (before > 0 && workers.count() == 0 && open() > 0) {
                    zeroWhileOpen++;
                }
                most = Math.max(most, workers.count());
                if (now() >= nextLine) {
                    nextLine = now() + LINE.toMillis() / 1e3;
                    send(perLine);
                    say(name);
                }
                pass(LOOK);
            }
        }

        private void say(String phase) throws Exception {
            System.out.printf(
                    "| %.1f | %s | %d | %.1f | %d | %d | %d |%n",
                    seconds(),
                    phase,
                    rig.queue().counter(Probe.TOIL, "open.items"),
                    autoscaler.backlog(),
                    autoscaler.lastWanted,
                    workers.count(),
                    workers.ready().size());
        }
    }

    /**
     * What is said of the workers' number; times as they are here, in seconds.
     *
     * @param targets of the queries, in their order
     * @param busy the cores that a ready worker is to use on average, as a share of those requested
     */
    private record ScaledObject(
            int least,
            int most,
            double polling,
            double coolDown,
            double stabilization,
            List<Policy> up,
            List<Policy> down,
            List<String> queries,
            List<Double> targets,
            List<Double> activations,
            double busy) {
        private static final String TO_JSON =
                "import json, sys, yaml\nprint(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
        private static final Pattern MINUTES = Pattern.compile("\\b(\\d+)m\\b");

        static ScaledObject read(RunningSluice sluice) throws IOException {
            JsonNode spec = new ObjectMapper()
                    .readTree(sluice.python(TO_JSON, SCALING.toString()).lines().reduce("", (earlier, later) -> later))
                    .path("spec");
            JsonNode behavior = spec.at("/advanced/horizontalPodAutoscalerConfig/behavior");
            assertEquals(0, behavior.at("/scaleUp/stabilizationWindowSeconds").asInt(-1));
            List<String> queries = new ArrayList<>();
            List<Double> targets = new ArrayList<>();
            List<Double> activations = new ArrayList<>();
            double busy = Double.POSITIVE_INFINITY;
            for (JsonNode trigger : spec.path("triggers")) {
                JsonNode metadata = trigger.path("metadata");
                if (trigger.path("type").asText().equals("cpu")) {
                    busy = Double.parseDouble(metadata.path("value").asText()) / 100;
                } else {
                    assertEquals("AverageValue", trigger.path("metricType").asText());
                    queries.add(faster(metadata.path("query").asText()));
                    targets.add(Double.valueOf(metadata.path("threshold").asText()));
                    activations.add(
                            Double.valueOf(metadata.path("activationThreshold").asText()));
                }
            }
            return new ScaledObject(
                    spec.path("minReplicaCount").asInt(),
                    Math.min(MOST, spec.path("maxReplicaCount").asInt()),
                    spec.path("pollingInterval").asDouble() / FASTER,
                    spec.path("cooldownPeriod").asDouble() / FASTER,
                    behavior.at("/scaleDown/stabilizationWindowSeconds").asDouble() / FASTER,
                    policies(behavior.at("/scaleUp/policies")),
                    policies(behavior.at("/scaleDown/policies")),
                    List.copyOf(queries),
                    List.copyOf(targets),
                    List.copyOf(activations),
                    busy);
        }

        /** The query with its times as they are here. */
        private static String faster(String query) {
            Matcher minutes = MINUTES.matcher(query);
            return minutes.replaceAll(found -> Integer.parseInt(found.group(1)) * 60 / FASTER + "s");
        }

        private static List<Policy> policies(JsonNode policies) {
            List<Policy> all = new ArrayList<>();
            for (JsonNode policy : policies) {
                all.add(new Policy(
                        policy.path("type").asText().equals("Percent"),
                        policy.path("value").asInt(),
                        policy.path("periodSeconds").asDouble() / FASTER));
            }
            return List.copyOf(all);
        }
    }

    /** At most so many, or so many percent, in so many seconds. */
    private record Policy(boolean percent, int value, double seconds) {
        int most(int before) {
            return percent ? (int) Math.ceil(before * (1 + value / 100.0)) : before + value;
        }

        int least(int before) {
            return percent ? (int) (before * (1 - value / 100.0)) : before - value;
        }
    }

    /** Something at a moment: a recommendation, or a change of the number. */
    private record At(double second, int value) {}

    /** KEDA between none and one, the HorizontalPodAutoscaler above. */
    private static final class Autoscaler {
        private static final double HPA_SECONDS = 15.0 / FASTER;
        private static final double TOLERANCE = 0.1;

        private final ScaledObject scaledObject;
        private final Workers workers;
        private final Prometheus prometheus;
        private final Deque<At> recommendations = new ArrayDeque<>();
        private final Deque<At> changes = new ArrayDeque<>();
        private double nextPoll;
        private double nextHpa;
        private double lastActive = Double.NEGATIVE_INFINITY;
        private int lastWanted;

        Autoscaler(ScaledObject scaledObject, Workers workers, Prometheus prometheus) {
            this.scaledObject = scaledObject;
            this.workers = workers;
            this.prometheus = prometheus;
        }

        double wanted() {
            return prometheus.value(scaledObject.queries().getFirst());
        }

        double backlog() {
            return prometheus.value(scaledObject.queries().getLast());
        }

        void look() throws Exception {
            double now = now();
            if (now >= nextPoll) {
                nextPoll = now + scaledObject.polling();
                poll(now);
            }
            if (now >= nextHpa) {
                nextHpa = now + HPA_SECONDS;
                if (workers.count() > 0) {
                    scale(now);
                }
            }
        }

        /** As KEDA's operator; what uses cores is no reason to have one. */
        private void poll(double now) throws Exception {
            boolean active = false;
            for (int i = 0; i < scaledObject.queries().size(); i++) {
                active |= prometheus.value(scaledObject.queries().get(i))
                        > scaledObject.activations().get(i);
            }
            if (active) {
                lastActive = now;
                if (workers.count() == 0) {
                    lastWanted = Math.max(1, scaledObject.least());
                    set(now, lastWanted);
                }
            } else if (workers.count() > 0 && scaledObject.least() == 0 && now - lastActive > scaledObject.coolDown()) {
                lastWanted = 0;
                set(now, 0);
            }
        }

        /** As Kubernetes: the most that any metric wants, held for a while, changed by no more than the policies allow. */
        private void scale(double now) throws Exception {
            int current = workers.count();
            int desired = 0;
            for (int i = 0; i < scaledObject.queries().size(); i++) {
                double value = prometheus.value(scaledObject.queries().get(i));
                double target = scaledObject.targets().get(i);
                desired = Math.max(
                        desired, isNear(value / (target * current)) ? current : (int) Math.ceil(value / target));
            }
            List<Double> busy = workers.busy();
            if (!busy.isEmpty()) {
                double share =
                        busy.stream().mapToDouble(Double::doubleValue).average().orElse(0) / scaledObject.busy();
                int ready = busy.size();
                // With fewer that are ready than there are, those that start count as idle when more are wanted.
                double all = share > 1 ? share * ready / current : share;
                boolean stays = isNear(all) || (share > 1 && all < 1);
                desired = Math.max(desired, stays ? current : (int) Math.ceil(all * (share > 1 ? current : ready)));
            }
            lastWanted = Math.clamp(desired, Math.max(1, scaledObject.least()), scaledObject.most());
            recommendations.addLast(new At(now, lastWanted));
            forget(recommendations, now - scaledObject.stabilization());
            int stable = lastWanted;
            if (lastWanted < current) {
                int held = recommendations.stream().mapToInt(At::value).max().orElse(lastWanted);
                stable = Math.min(current, held);
            }
            set(now, allowed(now, current, stable));
        }

        private static boolean isNear(double ratio) {
            return Math.abs(ratio - 1) <= TOLERANCE;
        }

        private int allowed(double now, int current, int desired) {
            if (desired > current) {
                int most = scaledObject.up().stream()
                        .mapToInt(policy -> policy.most(current - changed(now, policy, 1)))
                        .max()
                        .orElse(desired);
                return Math.max(current, Math.min(desired, most));
            }
            int least = scaledObject.down().stream()
                    .mapToInt(policy -> policy.least(current + changed(now, policy, -1)))
                    .min()
                    .orElse(desired);
            return Math.min(current, Math.max(desired, least));
        }

        /** How many came (1) or went (-1) in the policy's time. */
        private int changed(double now, Policy policy, int sign) {
            return changes.stream()
                    .filter(change -> change.second() > now - policy.seconds())
                    .mapToInt(change -> Math.max(0, sign * change.value()))
                    .sum();
        }

        private void set(double now, int count) throws Exception {
            int difference = count - workers.count();
            if (difference != 0) {
                changes.addLast(new At(now, difference));
                workers.set(count);
                prometheus.lookAt(workers);
            }
        }

        private static void forget(Deque<At> all, double before) {
            while (!all.isEmpty() && all.getFirst().second() < before) {
                all.removeFirst();
            }
        }
    }

    /** As a Deployment has them: the youngest goes first, and what was told to end counts no more. */
    private static final class Workers implements AutoCloseable {
        private final Rig rig;
        private final List<ServerProcess> running = new ArrayList<>();
        private final List<ServerProcess> ending = new ArrayList<>();
        private final Map<String, String> ports = new LinkedHashMap<>();
        private final Map<Long, Used> used = new HashMap<>();

        /** Processor time of a worker until then. */
        private record Used(double second, double cores) {}

        Workers(Rig rig) {
            this.rig = rig;
        }

        int count() {
            return running.size();
        }

        List<ServerProcess> ready() {
            return running.stream().filter(ServerProcess::isReady).toList();
        }

        /** The management ports, by the workers' names. */
        Map<String, String> ports() {
            return Collections.unmodifiableMap(ports);
        }

        void set(int count) throws IOException {
            while (running.size() < count) {
                String name = "keda-worker-" + (running.size() + ending.size() + 1);
                String port = String.valueOf(TestPorts.take());
                running.add(rig.startWorker(
                        name,
                        Map.of(
                                "SLUICE_MODELS",
                                Probe.TOIL.toString(),
                                "SLUICE_THREADS",
                                "1",
                                "SLUICE_MANAGEMENT_PORT",
                                port)));
                ports.put(name, port);
            }
            while (running.size() > count) {
                ServerProcess youngest = running.removeLast();
                youngest.terminate();
                ending.add(youngest);
                ports.remove(youngest.name());
            }
        }

        /** The share of the one core that it requests, of each that is ready and was so the last time. */
        List<Double> busy() {
            List<Double> shares = new ArrayList<>();
            for (ServerProcess worker : ready()) {
                double cores = ProcessHandle.of(worker.pid())
                                .flatMap(process -> process.info().totalCpuDuration())
                                .orElse(Duration.ZERO)
                                .toMillis()
                        / 1e3;
                Used before = used.put(worker.pid(), new Used(now(), cores));
                if (before != null) {
                    shares.add((cores - before.cores()) / (now() - before.second()));
                }
            }
            return shares;
        }

        @Override
        public void close() {
            running.forEach(ServerProcess::close);
            ending.forEach(ServerProcess::close);
        }
    }

    /** It looks at the processes that it is told of, once a second, as those of the namespace that the queries name. */
    private static final class Prometheus implements AutoCloseable {
        private static final String TARGET = """
                {"targets": ["127.0.0.1:%s"], "labels": {"namespace": "sluice", "process": "%s"}}""";

        private final Path folder = Files.createTempDirectory("sluice-prometheus");
        private final SluiceClient client;
        private final Process process;
        private String api = "";

        Prometheus() throws Exception {
            Files.writeString(folder.resolve("prometheus.yml"), """
                    global: {scrape_interval: 1s, scrape_timeout: 1s}
                    scrape_configs:
                      - job_name: sluice
                        file_sd_configs: [{files: [targets.json], refresh_interval: 1s}]
                    """);
            Files.writeString(folder.resolve("targets.json"), "[]");
            String address = "127.0.0.1:" + String.valueOf(TestPorts.take());
            process = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + folder.resolve("prometheus.yml"),
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--web.listen-address=" + address)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output.log").toFile())
                    .start();
            client = new SluiceClient("http://" + address);
            eventually("Prometheus answers", LIMIT, this::answers);
        }

        static boolean isInstalled() {
            return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> new File(folder, "prometheus"))
                    .anyMatch(File::canExecute);
        }

        void lookAt(String apiPort, Workers workers) throws IOException {
            api = TARGET.formatted(apiPort, "api");
            lookAt(workers);
        }

        /** At these from now on, and at the API that it looks at already. */
        void lookAt(Workers workers) throws IOException {
            String targets = workers.ports().entrySet().stream()
                    .map(worker -> ", " + TARGET.formatted(worker.getValue(), worker.getKey()))
                    .collect(Collectors.joining("", "[" + api, "]"));
            Path next = Files.writeString(folder.resolve("targets.new"), targets);
            Files.move(next, folder.resolve("targets.json"), StandardCopyOption.ATOMIC_MOVE);
        }

        /** As KEDA takes it: exactly one number. */
        double value(String query) {
            Answer answer = client.get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
            JsonNode result = answer.body().at("/data/result");
            assertEquals(1, result.size(), answer.text());
            return Double.parseDouble(result.path(0).path("value").path(1).asText());
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
            RunningSluice.delete(folder);
        }

        private boolean answers() throws IOException {
            if (!process.isAlive()) {
                throw new AssertionError(Files.readString(folder.resolve("output.log")));
            }
            try {
                return client.get("/-/ready").status() == 200;
            } catch (CompletionException notYet) {
                return false;
            }
        }
    }
}
