package dev.sluice.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.job.JobState;
import dev.sluice.redis.ChannelSubscriber;
import dev.sluice.redis.RealRedis;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random interleavings of the whole protocol against the reference model, on every Redis at hand; and proof that each guard is needed. */
@Slow
class QueueProtocolModelTest {
    private static final int STEPS = 400;
    private static final int RUNS = Integer.getInteger("sluice.model-test.runs", 6);
    private static final int MOST_RUNS_PER_MUTANT = 40;
    /** The same at each run, so that a red test is red again; -Dsluice.model-test.seed=N for other interleavings. */
    private static final long SEED = Long.getLong("sluice.model-test.seed", 20_261_129);

    private static final Pattern GUARD = Pattern.compile("(?m)^.*-- guard: (\\S+).*$");

    private static Vertx vertx;

    @BeforeAll
    static void openVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void closeVertx() {
        Futures.await(vertx.close());
    }

    static Stream<String> redisBinaries() {
        return Stream.concat(Stream.of(RealRedis.embedded()), RealRedis.onPath().stream());
    }

    @ParameterizedTest
    @MethodSource("redisBinaries")
    void everyAcceptedJobHasExactlyOneOutcomeWhateverTheOrderOfThings(String binary) throws Exception {
        Map<String, Integer> steps = new TreeMap<>();
        try (RealRedis redis = RealRedis.startBinary(binary, "--appendonly", "no")) {
            RedisLink link = open(redis);
            for (long seed : ModelRun.seeds(SEED, RUNS)) {
                Map<String, List<JobState>> replies = new ConcurrentHashMap<>();
                ChannelSubscriber subscriber = new ChannelSubscriber(vertx, redis.url(), "replies", () -> {});
                CountDownLatch everythingHeard = new CountDownLatch(1);
                Futures.await(subscriber.listen(QueueKeys.replyChannel("model-test"), message -> {
                    if (message.toString().equals("that was all")) {
                        everythingHeard.countDown();
                    } else {
                        Reply.parse(message)
                                .forEach(reply -> replies.computeIfAbsent(reply.id(), _ -> new ArrayList<>())
                                        .add(reply.state()));
                    }
                }));
                ModelRun run = new ModelRun(link, QueueScript.sources(), seed);
                run.run(STEPS).forEach((kind, count) -> steps.merge(kind, count, Integer::sum));
                Futures.await(link.send(Request.cmd(Command.PUBLISH)
                        .arg(QueueKeys.replyChannel("model-test"))
                        .arg("that was all")));
                assertTrue(everythingHeard.await(10, TimeUnit.SECONDS), "all replies heard");
                Map<String, List<JobState>> expected = new HashMap<>();
                run.finalStates().forEach((id, state) -> expected.put(id, List.of(state)));
                assertEquals(
                        expected, replies, "one reply for each job, with the state that it ended in; seed " + seed);
                Futures.await(subscriber.close());
            }
            System.out.printf("%s: %d runs of %d steps from seed %d: %s%n", version(link), RUNS, STEPS, SEED, steps);
            Futures.await(link.close());
        }
    }

    @ParameterizedTest
    @MethodSource("redisBinaries")
    void withAnyGuardTakenOutTheModelTestTurnsRed(String binary) throws Exception {
        Map<String, String> table = new LinkedHashMap<>();
        List<String> survivors = new ArrayList<>();
        try (RealRedis redis = RealRedis.startBinary(binary, "--appendonly", "no")) {
            RedisLink link = open(redis);
            for (String name : guards()) {
                String verdict = firstDifference(link, without(name));
                table.put(name, verdict);
                if (verdict.equals("SURVIVED")) {
                    survivors.add(name);
                }
            }
            System.out.printf("%s, seed %d: guard taken out | what the model test reports%n", version(link), SEED);
            table.forEach((guard, verdict) -> System.out.printf("  %-24s | %s%n", guard, verdict));
            Futures.await(link.close());
        }
        assertTrue(table.size() >= 20, "guards found: " + table.keySet());
        assertEquals(List.of(), survivors, "guards without which nothing turns red");
    }

    private static Set<String> guards() {
        Set<String> names = new LinkedHashSet<>();
        for (String source : QueueScript.sources().values()) {
            GUARD.matcher(source).results().map(guard -> guard.group(1)).forEach(names::add);
        }
        names.remove("NAME");
        return names;
    }

    /** A guard of the prelude is in every script. */
    private static Map<QueueScript, String> without(String guard) {
        Map<QueueScript, String> mutated = QueueScript.sources();
        mutated.replaceAll((_, source) -> GUARD.matcher(source)
                .replaceAll(found -> found.group(1).equals(guard) ? "" : Matcher.quoteReplacement(found.group())));
        return mutated;
    }

    private static String firstDifference(RedisLink link, Map<QueueScript, String> sources) {
        for (long seed : ModelRun.seeds(SEED, MOST_RUNS_PER_MUTANT)) {
            try {
                new ModelRun(link, sources, seed).run(STEPS);
            } catch (AssertionError red) {
                String firstLine =
                        String.valueOf(red.getMessage()).lines().findFirst().orElse("");
                return firstLine.substring(0, Math.min(150, firstLine.length()));
            }
        }
        return "SURVIVED";
    }

    private static RedisLink open(RealRedis redis) {
        RedisLink link = RedisLink.open(vertx, redis.url(), "model-test", Duration.ofSeconds(5));
        Futures.await(link.connected());
        return link;
    }

    private static String version(RedisLink link) {
        return Futures.await(link.send(Request.cmd(Command.INFO).arg("server")))
                .toString()
                .lines()
                .filter(line -> line.startsWith("redis_version"))
                .findFirst()
                .orElseThrow();
    }
}
