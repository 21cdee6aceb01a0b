package dev.sluice.system.fault;

import static dev.sluice.system.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.redis.RedisFault;
import dev.sluice.redis.RedisTrouble;
import dev.sluice.system.BesideOthers;
import dev.sluice.system.SluiceClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rights in docs/guides/redis-faults.md are enough for each process; and each that is taken away is named by the process that misses it. */
@OnEachRedis
@BesideOthers
class RedisRightsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration BITES_WITHIN = Duration.ofSeconds(4);
    /** Those of the short form: the others are taken away in the long one. */
    private static final Set<String> SHORT = Set.of("evalsha", "smembers");

    private static final String PASSWORD = "secret";
    private static final Pattern ROW =
            Pattern.compile("^\\| (API|worker|monitor) \\| `([^`]*)` \\|$", Pattern.MULTILINE);

    private final ProcessesInTrouble troubled;
    private final RedisTrouble trouble;
    private final Map<String, List<String>> rights = new LinkedHashMap<>();
    private ThreeProcesses processes;

    RedisRightsTest(String redisServer, Rigs rigs) throws Exception {
        troubled = new ProcessesInTrouble(redisServer, rigs);
        trouble = troubled.trouble();
        Matcher row = ROW.matcher(Files.readString(Path.of("../../docs/guides/redis-faults.md")));
        while (row.find()) {
            rights.put(
                    row.group(1).toLowerCase(java.util.Locale.ROOT),
                    List.of(row.group(2).replace("\\|", "|").split(" ")));
        }
        rights.forEach((process, commands) -> {
            List<String> rule = new ArrayList<>(
                    List.of("SETUSER", process, "reset", "resetchannels", "on", ">" + PASSWORD, "~sluice:*"));
            if (!process.equals("monitor")) {
                rule.add("&sluice:*");
            }
            rule.addAll(commands);
            trouble.command("ACL", rule.toArray());
        });
    }

    @AfterEach
    void stop() throws Exception {
        troubled.close();
    }

    @Test
    void theRightsInTheGuideAreEnoughAndEachThatIsMissingIsNamed() throws Exception {
        assertEquals(3, rights.size());
        int port = troubled.redis().port();
        processes = troubled.start(name -> "redis://%s:%s@127.0.0.1:%d".formatted(name, PASSWORD, port), "rights");
        processes.awaitReady();
        exercise();
        assertEquals("", denied());
        List<String> named = new ArrayList<>();
        List<String> unmet = new ArrayList<>();
        for (ServerProcess process : processes.all()) {
            for (String right : rights.get(process.name())) {
                String command = right.substring(1);
                if (ChaosForm.isLong() || SHORT.contains(command)) {
                    (isNamedWithout(process, command) ? named : unmet).add(process.name() + " " + command);
                }
            }
        }
        System.out.printf("named when missing: %s%nnot met by this traffic: %s%n", named, unmet);
        assertTrue(named.size() >= ChaosForm.count(4, 40), named.toString());
    }

    /** Takes the right away, and gives it back. */
    private boolean isNamedWithout(ServerProcess process, String command) throws Exception {
        trouble.command("ACL", "LOG", "RESET");
        // Redis 6.2 takes away whole commands only.
        trouble.command("ACL", "SETUSER", process.name(), "-" + command.replaceFirst("\\|.*", ""));
        try {
            long end = System.nanoTime() + BITES_WITHIN.toNanos();
            while (denied().isEmpty()) {
                if (System.nanoTime() > end) {
                    return false;
                }
                request();
            }
            eventually(
                    process.name() + " names the lack of " + command,
                    LIMIT,
                    () -> process.management()
                            .get("/health/ready")
                            .text()
                            .contains(RedisFault.MISSING_RIGHT.sentence()));
            assertTrue(process.log().contains(RedisFault.MISSING_RIGHT.fault()), process.log());
            return true;
        } finally {
            trouble.command("ACL", "SETUSER", process.name(), "+" + command);
            eventually("it works again", LIMIT, () -> {
                request();
                return !process.management().get("/health/ready").text().contains(RedisFault.MISSING_RIGHT.sentence());
            });
        }
    }

    private String denied() {
        return trouble.command("ACL", "LOG").replaceFirst("^\\[\\]$", "");
    }

    private void request() {
        SluiceClient api = processes.api().client();
        var _ = api.postJson(Probe.PATH, Probe.row(1, 0));
        var _ = api.postJson(Probe.PATH, Probe.row(2, 0), "Prefer", "respond-async");
    }

    /** What callers and operators do. */
    private void exercise() throws Exception {
        SluiceClient api = processes.api().client();
        request();
        SluiceClient.Answer accepted =
                api.postJson(Probe.PATH, Probe.row(3, 0), "Prefer", "respond-async", "Idempotency-Key", "rights");
        String job = accepted.body().path("job_id").asText();
        eventually(
                "the job is done",
                LIMIT,
                () -> api.get("/v1/jobs/" + job).body().path("state").asText().equals("done"));
        assertTrue(api.postJson("/v1/jobs/" + job + "/feedback", "{\"truth\": [3]}")
                        .status()
                < 300);
        assertEquals(200, api.get("/v1/models").status());
        assertEquals(200, api.get("/v1/status").status());
        assertEquals(200, processes.api().management().get("/dead-letters").status());
        eventually(
                "the monitor has stored the predictions",
                LIMIT,
                () -> processes
                        .monitor()
                        .management()
                        .get("/metrics")
                        .text()
                        .lines()
                        .anyMatch(line -> line.startsWith("sluice_predictions_kept_total") && !line.endsWith(" 0.0")));
    }
}
