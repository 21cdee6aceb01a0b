package dev.sluice.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.job.Content;
import dev.sluice.job.ItemResult;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobId;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.job.JobState;
import dev.sluice.job.Lane;
import dev.sluice.job.Outcome;
import dev.sluice.job.Timing;
import dev.sluice.journal.LoggedJob;
import dev.sluice.journal.PredictionLog;
import dev.sluice.model.Deployment;
import dev.sluice.model.VersionRecord;
import dev.sluice.redis.RedisFields;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * One random interleaving of everything that API and workers can do, done to the real scripts and to {@link ReferenceQueue} alike. The
 * first difference ends it with an AssertionError that names the seed and the last steps.
 */
final class ModelRun {
    private static final Deployment IRIS = Deployment.parse("iris@champion");
    private static final String PREFIX = QueueKeys.prefix(IRIS);
    private static final QueueBudget BUDGET = new QueueBudget(14, 30, 60_000);
    private static final Duration HOUR = Duration.ofHours(1);
    /** So much longer than deadline and grace together that a record's time limit shows to which of both it belongs. */
    private static final Duration OUTCOME_TTL = Duration.ofHours(4);

    private static final Retention SYNCHRONOUS = new Retention.AfterDeadline(Duration.ofMinutes(30));
    private static final Duration LONGEST_SYNCHRONOUS = Duration.ofMinutes(90);
    private static final LeaseTerms TERMS =
            new LeaseTerms(HOUR, Duration.ofMillis(250), OUTCOME_TTL, 3, Long.MAX_VALUE >> 10, HOUR, 20_000);
    private static final int KEPT_STEPS = 12;

    private final RedisLink link;
    private final Random random;
    private final long seed;
    private final ScriptRunner scripts;
    private final JobIntake intake;
    private final JobIntake ghost;
    private final JobLeases leases;
    private final PredictionLog log;
    /** Of jobs that were committed, and of those that were read from the log. */
    private long committedItems;

    private long keptItems;
    private final ReferenceQueue model = new ReferenceQueue(BUDGET, TERMS.mostDeaths());
    private final List<String> workerNames = new ArrayList<>();
    private final Set<String> recalled = new HashSet<>();
    private final Map<String, Submission> submitted = new HashMap<>();
    private final Map<String, JobState> dropped = new HashMap<>();
    private final List<String> steps = new ArrayList<>();
    private final Map<String, Integer> stepCounts = new TreeMap<>();
    /** A deadline that has passed, however fast the run is. */
    private long startedMs;

    ModelRun(RedisLink link, Map<QueueScript, String> sources, long seed) {
        this.link = link;
        this.seed = seed;
        this.random = new Random(seed);
        this.scripts = new ScriptRunner(link, sources);
        this.intake = new JobIntake(scripts, BUDGET, HOUR, OUTCOME_TTL);
        this.ghost = new JobIntake(scripts, BUDGET, Duration.ofSeconds(-5), OUTCOME_TTL);
        this.leases = new JobLeases(scripts, IRIS, TERMS);
        this.log = new PredictionLog(scripts);
    }

    /** @return how often each kind of step was taken */
    Map<String, Integer> run(int length) {
        Futures.await(link.send(Request.cmd(Command.FLUSHALL)));
        // The first accept would do it, to learn the time.
        Futures.await(intake.expire(IRIS));
        startedMs = scripts.clock().nowMs();
        int step = 0;
        try {
            for (; step < length; step++) {
                randomStep();
                compareEverything();
            }
            drain();
        } catch (AssertionError | RuntimeException difference) {
            throw new AssertionError(
                    "seed %d, step %d: %s%nlast steps: %s".formatted(seed, step, difference.getMessage(), lastSteps()),
                    difference);
        }
        return stepCounts;
    }

    Map<String, JobState> finalStates() {
        Map<String, JobState> states = new TreeMap<>(dropped);
        submitted.keySet().forEach(id -> {
            if (model.jobs.containsKey(id)) {
                states.put(id, model.jobs.get(id).state);
            }
        });
        return states;
    }

    /** From the seed, like every other choice: maps are walked in the order of their ids. */
    private JobId newId() {
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        return new JobId(IRIS, HexFormat.of().formatHex(bits), JobId.WHOLE);
    }

    private void randomStep() {
        int die = random.nextInt(114);
        if (die < 30) {
            accept();
        } else if (die < 50) {
            take();
        } else if (die < 64) {
            commit();
        } else if (die < 70) {
            release();
        } else if (die < 75) {
            cancel();
        } else if (die < 78) {
            expire();
        } else if (die < 82) {
            register();
        } else if (die < 86) {
            kill();
        } else if (die < 92) {
            reclaim();
        } else if (die < 94) {
            renew();
        } else if (die < 96) {
            leave();
        } else if (die < 98) {
            resend();
        } else if (die < 100) {
            letDeadlinePass();
        } else if (die < 102) {
            drop();
        } else if (die < 104) {
            plantGarbage();
        } else if (die < 106) {
            loseKeysOfAWorker();
        } else if (die < 109) {
            keepWhatIsLogged(1 + random.nextInt(5));
        } else if (die < 111) {
            withdraw();
        } else {
            recall();
        }
    }

    private void accept() {
        boolean repeat = random.nextInt(8) == 0 && !submitted.isEmpty();
        if (!repeat && random.nextInt(12) == 0) {
            acceptWithoutBody();
            return;
        }
        Submission job = repeat ? submitted.get(pick(List.copyOf(submitted.keySet()))) : aJob();
        boolean late = job.deadline().isZero();
        boolean isGhost = random.nextInt(12) == 0;
        String id = job.id().toString();
        submitted.putIfAbsent(id, job);
        note("accept", id);
        String expected = model.accept(
                id,
                new ReferenceQueue.Job(job.lane(), job.items(), job.payload().bytes(), job.retention(), late),
                job.idempotency().scopedKey(),
                job.idempotency().contentHash(),
                isGhost,
                false);
        assertEquals(expected, describe(Futures.await((isGhost ? ghost : intake).accept(job)), expected), "accept");
    }

    /** The payload's own key never came, or ran out. */
    private void acceptWithoutBody() {
        String id = newId().toString();
        note("accept without body", id);
        ReferenceQueue.Job job = new ReferenceQueue.Job(Lane.BULK, 1, 9_000, Retention.OUTCOME_TTL, false);
        String expected = model.accept(id, job, "", "", false, true);
        List<Object> args = List.of(
                id,
                Long.MAX_VALUE,
                HOUR.toMillis(),
                "bulk",
                1,
                9_000,
                BUDGET.jobs(),
                BUDGET.items(),
                BUDGET.bytes(),
                "",
                "",
                "1");
        Response answer = Futures.await(scripts.run(QueueScript.ACCEPT, IRIS, args));
        assertEquals(expected, answer.get(0) + " " + answer.get(2), "accept without body");
    }

    private Submission aJob() {
        int items = 1 + random.nextInt(5);
        byte[] payload = new byte[random.nextInt(4) == 0 ? 9_000 + random.nextInt(12_000) : 10];
        IdempotencyKey key = random.nextInt(4) == 0
                ? new IdempotencyKey("key-" + random.nextInt(6), "content-" + random.nextInt(2))
                : IdempotencyKey.NONE;
        return new Submission(
                newId(),
                random.nextBoolean() ? Lane.INTERACTIVE : Lane.BULK,
                items,
                aPayload(payload),
                random.nextInt(8) == 0 ? Duration.ZERO : HOUR,
                "signature",
                QueueKeys.replyChannel("model-test"),
                "",
                List.of(),
                key,
                key.equals(IdempotencyKey.NONE) && random.nextBoolean() ? SYNCHRONOUS : Retention.OUTCOME_TTL);
    }

    private JobPayload aPayload(byte[] body) {
        return random.nextBoolean()
                ? new JobPayload(JobSchema.LINES, Content.ROWS, new byte[0], body, List.of())
                : new JobPayload(JobSchema.TENSORS, Content.ROWS, new byte[20], body, List.of());
    }

    private void register() {
        String worker = "worker-" + workerNames.size();
        note("register", worker);
        workerNames.add(worker);
        model.register(worker);
        Futures.await(leases.register(worker, "{}"));
    }

    private void take() {
        if (workerNames.isEmpty()) {
            return;
        }
        String worker = aWorker();
        int most = 1 + random.nextInt(8);
        boolean ghost = recalled.contains(worker) && random.nextInt(3) == 0;
        note(ghost ? "late take" : "take", worker);
        takeBoth(worker, most, ghost);
    }

    private void takeBoth(String worker, int most) {
        takeBoth(worker, most, false);
    }

    /** @param ghost one that was recalled arrives late */
    private void takeBoth(String worker, int most, boolean ghost) {
        List<String> expected = model.take(worker, most, ghost);
        switch (Futures.await(ghost ? leases.take(worker, most, 0) : leases.take(worker, most))) {
            case Take.Unregistered() -> assertEquals(expected, null, "take by a removed incarnation");
            case Take.Jobs(List<TakenJob> jobs) -> {
                assertEquals(expected, jobs.stream().map(TakenJob::id).toList(), "taken");
                jobs.forEach(job -> {
                    int bytes = job.payload() == null
                            ? -1
                            : job.input().header().remaining() + job.payload().remaining();
                    assertEquals(model.jobs.get(job.id()).bytes, bytes, "payload of what was taken");
                });
            }
        }
    }

    private void commit() {
        if (workerNames.isEmpty() || model.jobs.isEmpty()) {
            return;
        }
        if (random.nextInt(8) == 0) {
            bury();
            return;
        }
        String worker = aWorker();
        Set<String> ids = someIds(worker);
        note("commit", worker + " " + ids);
        List<Commit> commits = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (String id : ids) {
            boolean failed = random.nextInt(5) == 0;
            commits.add(new Commit(id, anOutcome(), failed));
            if (!commitInModel(worker, id, failed ? JobState.FAILED : JobState.DONE)) {
                expected.add(id);
            }
        }
        CommittedVersion version = aVersion();
        assertEquals(expected, Futures.await(leases.commit(worker, commits, version)), "refused commits");
        if (!version.identity().isEmpty()) {
            assertEquals(
                    Optional.of(version.record()),
                    Futures.await(new VersionRecords(link).find(IRIS, version.identity())),
                    "the record of the version that was committed");
        }
    }

    /** One that is known, one that is not, or none. */
    private CommittedVersion aVersion() {
        int number = random.nextInt(4);
        if (number == 0) {
            return CommittedVersion.NONE;
        }
        String identity = "1-" + number;
        if (random.nextInt(4) == 0) {
            note("version lost", identity);
            Futures.await(link.send(Request.cmd(Command.DEL).arg(QueueKeys.version(IRIS, identity))));
        }
        return new CommittedVersion(identity, new VersionRecord(List.of(), List.of("label"), number));
    }

    private boolean commitInModel(String worker, String id, JobState end) {
        boolean committed = model.commit(worker, id, end);
        if (committed && !model.jobs.get(id).garbage) {
            committedItems += model.jobs.get(id).items;
        }
        return committed;
    }

    private int keepWhatIsLogged(int most) {
        List<LoggedJob> oldest = Futures.await(log.oldest(IRIS, most));
        note("keep", oldest.stream().map(LoggedJob::id).toList().toString());
        for (LoggedJob job : oldest) {
            assertEquals(model.jobs.get(job.id()).state, job.state(), "logged state of " + job.id());
            keptItems +=
                    model.jobs.get(job.id()).garbage ? 0 : job.description().items();
        }
        Futures.await(log.kept(IRIS, oldest));
        return oldest.size();
    }

    /** The worker cannot read it. */
    private void bury() {
        String worker = aWorker();
        String id = someIds(worker).iterator().next();
        note("bury", worker + " " + id);
        List<String> expected = model.commit(worker, id, JobState.DEAD) ? List.of() : List.of(id);
        assertEquals(expected, Futures.await(leases.bury(worker, Map.of(id, "unreadable"))), "refused burials");
    }

    private void release() {
        if (workerNames.isEmpty() || model.jobs.isEmpty()) {
            return;
        }
        String worker = aWorker();
        List<String> ids = List.copyOf(someIds(worker));
        boolean toTheTail = random.nextInt(4) == 0;
        note(toTheTail ? "let pass" : "release", worker + " " + ids);
        List<String> expected = model.release(worker, ids, toTheTail);
        assertEquals(
                expected,
                Futures.await(toTheTail ? leases.letPass(worker, ids) : leases.release(worker, ids)),
                "refused releases");
    }

    private void recall() {
        if (workerNames.isEmpty() || model.jobs.isEmpty()) {
            return;
        }
        String worker = aWorker();
        Set<String> known = someIds(worker);
        note("recall", worker + " " + known);
        List<String> expected = model.recall(worker, known);
        assertEquals(expected.size(), Futures.await(leases.recall(worker, known)), "recalled");
        recalled.add(worker);
        adoptOrderAtHeads(expected::contains);
    }

    private void cancel() {
        if (model.jobs.isEmpty()) {
            return;
        }
        String id = pick(List.copyOf(model.jobs.keySet()));
        note("cancel", id);
        boolean cancelled = model.cancel(id);
        JobState expected = cancelled ? JobState.CANCELLED : model.jobs.get(id).state;
        assertEquals(
                expected,
                Futures.await(intake.cancel(JobId.parse(id).orElseThrow())).orElseThrow(),
                "cancel");
    }

    /** @see QueueScript#WITHDRAW */
    private void withdraw() {
        boolean isLive = random.nextInt(3) > 0;
        note("withdraw", isLive ? "still live" : "");
        Request board = Request.cmd(Command.HSET)
                .arg(QueueKeys.deployment(IRIS))
                .arg("withdrawn")
                .arg("{}");
        Futures.await(link.send(isLive ? board.arg("live").arg("{}") : board));
        if (!isLive) {
            nothingIsQueued();
        }
        assertEquals(
                isLive ? 0 : model.endWithdrawn(), Futures.await(intake.endWithdrawn(IRIS, "withdrawn")), "withdrawn");
        Futures.await(link.send(Request.cmd(Command.DEL).arg(QueueKeys.deployment(IRIS))));
    }

    /** While the deployment is withdrawn. */
    private void nothingIsQueued() {
        Submission job = aJob();
        while (job.payload().body().length > JobIntake.INLINE_PAYLOAD_BYTES
                || !job.idempotency().equals(IdempotencyKey.NONE)) {
            job = aJob();
        }
        assertEquals(new Acceptance.Refused(Acceptance.Reason.WITHDRAWN), Futures.await(intake.accept(job)), "accept");
        Optional<String> dead = model.jobs.entrySet().stream()
                .filter(entry -> entry.getValue().state == JobState.DEAD)
                .map(Map.Entry::getKey)
                .findFirst();
        dead.ifPresent(id -> {
            List<Object> args = List.of(id, newId().toString(), HOUR.toMillis());
            assertEquals(
                    "withdrawn",
                    Futures.await(scripts.run(QueueScript.RESEND, IRIS, args))
                            .get(0)
                            .toString(),
                    "resend");
        });
    }

    private void expire() {
        note("expire", "");
        assertEquals(model.expire(), Futures.await(leases.expire()), "expired");
    }

    private void kill() {
        List<String> known = List.copyOf(model.workers.keySet());
        if (known.isEmpty()) {
            return;
        }
        String worker = pick(known);
        note("die", worker);
        model.die(worker);
        Futures.await(link.send(Request.cmd(Command.DEL).arg(PREFIX + "alive:" + worker)));
        if (random.nextBoolean() && !model.jobs.isEmpty()) {
            putStrangerIntoHeld(worker);
        }
    }

    /** A hostile or broken entry: an id in a held set that is not this worker's. */
    private void putStrangerIntoHeld(String worker) {
        String id = pick(List.copyOf(model.jobs.keySet()));
        if (!model.workers.get(worker).held.contains(id)) {
            note("stranger", worker + " " + id);
            model.workers.get(worker).strangers.add(id);
            Futures.await(link.send(
                    Request.cmd(Command.SADD).arg(PREFIX + "held:" + worker).arg(id)));
        }
    }

    private void reclaim() {
        int die = random.nextInt(8);
        boolean young = die < 2;
        boolean afterStandstill = die == 2;
        note("reclaim", young ? "too early" : afterStandstill ? "after a standstill" : "");
        reclaimBoth(young, afterStandstill);
    }

    /** @param afterStandstill nobody has looked for long, as when Redis itself stood still */
    private void reclaimBoth(boolean young, boolean afterStandstill) {
        String prefix = QueueKeys.prefix(IRIS);
        Futures.await(link.send(Request.cmd(Command.DEL).arg(prefix + "standstill")));
        Futures.await(link.send(
                afterStandstill
                        ? Request.cmd(Command.DEL).arg(prefix + "looked")
                        : Request.cmd(Command.SET).arg(prefix + "looked").arg("")));
        int[] expected = model.reclaim(young || afterStandstill);
        List<Object> args = List.of(
                young ? 999 : 1_000,
                1_000,
                TERMS.mostDeaths(),
                TERMS.deadLetterBytes(),
                HOUR.toMillis(),
                TERMS.standstill().toMillis());
        Response answer = Futures.await(scripts.run(QueueScript.RECLAIM, IRIS, args));
        int[] actual = {answer.get(2).toInteger(), answer.get(3).toInteger(), answer.size() - 4};
        assertEquals(Arrays.toString(expected), Arrays.toString(actual), "waiting again, dead, removed");
        if (expected[0] > 0) {
            adoptOrderAtHeads(id -> deathsOf(id) > 0);
        }
    }

    /** In which order the dead's jobs come back is Redis's affair (sets have none); that they stand before all others is not. */
    private void adoptOrderAtHeads(Predicate<String> isBack) {
        for (Lane lane : Lane.values()) {
            List<String> expected = List.copyOf(model.lanes.get(lane));
            List<String> actual = laneOf(lane);
            assertEquals(new TreeSet<>(expected), new TreeSet<>(actual), "lane after reclaim");
            int same = expected.size();
            while (same > 0 && !isBack.test(expected.get(same - 1))) {
                same--;
            }
            assertEquals(
                    expected.subList(same, expected.size()), actual.subList(same, actual.size()), "tail of the lane");
            model.lanes.get(lane).clear();
            model.lanes.get(lane).addAll(actual);
        }
    }

    private int deathsOf(String id) {
        return model.jobs.containsKey(id) ? model.jobs.get(id).deaths : 0;
    }

    private void renew() {
        if (workerNames.isEmpty()) {
            return;
        }
        String worker = aWorker();
        note("renew", worker);
        assertEquals(model.renew(worker), Futures.await(leases.renew(worker, 1.5)), "renew");
    }

    private void leave() {
        if (workerNames.isEmpty()) {
            return;
        }
        String worker = aWorker();
        note("leave", worker);
        assertEquals("left".equals(model.leave(worker)), Futures.await(leases.leave(worker)), "leave");
    }

    private void resend() {
        if (model.jobs.isEmpty()) {
            return;
        }
        List<String> dead = model.jobs.entrySet().stream()
                .filter(entry -> entry.getValue().state == JobState.DEAD)
                .map(Map.Entry::getKey)
                .toList();
        String id = dead.isEmpty() || random.nextInt(3) == 0 ? pick(List.copyOf(model.jobs.keySet())) : pick(dead);
        String newId = random.nextInt(3) == 0 ? pick(List.copyOf(model.jobs.keySet())) : newId().toString();
        note("resend", id + " as " + newId);
        String expected = model.resend(id, newId);
        Response answer = Futures.await(scripts.run(QueueScript.RESEND, IRIS, List.of(id, newId, HOUR.toMillis())));
        assertEquals(expected, answer.get(0).toString(), "resend");
    }

    private void drop() {
        if (model.jobs.isEmpty()) {
            return;
        }
        List<String> all = List.copyOf(model.jobs.keySet());
        List<String> dead = all.stream()
                .filter(id -> model.jobs.get(id).state == JobState.DEAD)
                .toList();
        String id = dead.isEmpty() || random.nextInt(3) == 0 ? pick(all) : pick(dead);
        note("drop", id);
        String expected = model.drop(id);
        if (expected.equals("dropped") && submitted.remove(id) != null) {
            dropped.put(id, JobState.DEAD);
        }
        Response answer = Futures.await(scripts.run(QueueScript.DROP, IRIS, List.of(id)));
        assertEquals(expected, answer.get(0).toString(), "drop");
    }

    /** Somebody writes into the queue by hand: an id without a record, a key that is no record, a record that is not whole. */
    private void plantGarbage() {
        Lane lane = random.nextBoolean() ? Lane.INTERACTIVE : Lane.BULK;
        String id = random.nextInt(3) == 0 ? "rubbish-" + random.nextInt(1_000) : newId().toString();
        String key = PREFIX + "job:" + id;
        note("garbage", id);
        if (random.nextInt(3) == 0) {
            Futures.await(link.send(Request.cmd(Command.SET).arg(key).arg("no record")));
        } else if (id.startsWith("rubbish") || random.nextBoolean()) {
            Map<String, String> record = new TreeMap<>(
                    Map.of("state", "waiting", "items", "1", "bytes", "5", "deadline", "999999999999999"));
            record.put("lane", lane.wireName());
            String broken = pick(List.copyOf(record.keySet()).stream()
                    .filter(field -> !List.of("state", "bytes").contains(field))
                    .toList());
            record.put(broken, pick(List.of("", "-1", "1e3", "nan", "a lot")));
            Request write = Request.cmd(Command.HSET).arg(key).arg("payload").arg("12345");
            record.forEach((field, value) -> write.arg(field).arg(value));
            Futures.await(link.send(write));
            if (!id.startsWith("rubbish")) {
                ReferenceQueue.Job job = new ReferenceQueue.Job(lane, 1, 5, Retention.OUTCOME_TTL, false);
                job.garbage = true;
                model.jobs.put(id, job);
            }
        }
        model.lanes.get(lane).addLast(id);
        Futures.await(link.send(Request.cmd(Command.RPUSH)
                .arg(PREFIX + "lane:" + lane.wireName())
                .arg(id)));
    }

    private void loseKeysOfAWorker() {
        List<String> known = model.workers.keySet().stream()
                .filter(name -> model.workers.get(name).strangers.isEmpty())
                .toList();
        if (known.isEmpty()) {
            return;
        }
        String worker = pick(known);
        if (random.nextBoolean()) {
            note("held set lost", worker);
            model.workers.get(worker).held.clear();
            Futures.await(link.send(Request.cmd(Command.DEL).arg(PREFIX + "held:" + worker)));
        } else {
            note("entry lost", worker);
            model.loseEntry(worker);
            Futures.await(
                    link.send(Request.cmd(Command.HDEL).arg(PREFIX + "workers").arg(worker)));
            Futures.await(link.send(Request.cmd(Command.DEL).arg(PREFIX + "alive:" + worker)));
        }
    }

    private void letDeadlinePass() {
        List<String> open = model.jobs.entrySet().stream()
                .filter(entry -> entry.getValue().isOpen() && !entry.getValue().late)
                .map(Map.Entry::getKey)
                .toList();
        if (open.isEmpty()) {
            return;
        }
        String id = pick(open);
        note("deadline passes", id);
        model.jobs.get(id).late = true;
        Futures.await(link.send(Request.cmd(Command.HSET)
                .arg(PREFIX + "job:" + id)
                .arg("deadline")
                .arg(startedMs)));
        Futures.await(link.send(Request.cmd(Command.ZADD)
                .arg(PREFIX + "deadlines")
                .arg("XX")
                .arg(startedMs)
                .arg(id)));
    }

    /** Ends everything that is open, and looks that nothing is left behind. */
    private void drain() {
        workerNames.forEach(worker -> {
            if (model.workers.containsKey(worker)) {
                model.die(worker);
                Futures.await(link.send(Request.cmd(Command.DEL).arg(PREFIX + "alive:" + worker)));
            }
        });
        reclaimBoth(false, false);
        register();
        String last = workerNames.getLast();
        while (model.lanes.values().stream().anyMatch(lane -> !lane.isEmpty())) {
            takeBoth(last, 5);
            for (String id : List.copyOf(model.workers.get(last).held)) {
                commitInModel(last, id, JobState.DONE);
                assertEquals(
                        List.of(),
                        Futures.await(leases.commit(
                                last, List.of(new Commit(id, anOutcome(), false)), CommittedVersion.NONE)),
                        "refused");
            }
        }
        compareEverything();
        for (var job : model.jobs.values()) {
            assertEquals(true, job.state.isFinal(), "every job has its end");
        }
        Map<String, Long> counters = counters();
        for (String counter :
                List.of("open.jobs", "open.items", "open.bytes", "open.bulk-items", "waiting.jobs", "waiting.items")) {
            assertEquals(0L, counters.getOrDefault(counter, 0L), counter);
        }
        while (keepWhatIsLogged(10) > 0) {
            compareEverything();
        }
        assertEquals(0L, counters().getOrDefault("log.bytes", 0L), "log.bytes");
        assertEquals(List.of(), recordsWithoutTimeLimit(), "records without a time limit");
        assertEquals(Set.of(), leftOverKeys(), "keys left behind");
    }

    private void compareEverything() {
        for (Lane lane : Lane.values()) {
            assertEquals(List.copyOf(model.lanes.get(lane)), laneOf(lane), lane + " lane");
        }
        Map<String, Future<Response>> records = new HashMap<>();
        model.jobs
                .keySet()
                .forEach(id -> records.put(
                        id,
                        link.send(Request.cmd(Command.HMGET)
                                .arg(PREFIX + "job:" + id)
                                .arg("state")
                                .arg("deaths"))));
        model.jobs.forEach((id, job) -> {
            Response fields = Futures.await(records.get(id));
            assertEquals(job.state.wireName(), String.valueOf(fields.get(0)), "state of " + id);
            assertEquals(job.deaths, (int) RedisFields.number(fields.get(1)), "deaths of " + id);
        });
        model.workers.forEach((name, worker) -> {
            Set<String> expected = new HashSet<>(worker.held);
            expected.addAll(worker.strangers);
            assertEquals(expected, members("held:" + name), "held by " + name);
        });
        Map<String, Long> counters = counters();
        assertEquals(model.open().size(), counters.getOrDefault("open.jobs", 0L), "open.jobs");
        assertEquals(model.openItems(), counters.getOrDefault("open.items", 0L), "open.items");
        assertEquals(model.openBulkItems(), counters.getOrDefault("open.bulk-items", 0L), "open.bulk-items");
        assertEquals(model.openBytes(), counters.getOrDefault("open.bytes", 0L), "open.bytes");
        assertEquals(model.deadBytes(), counters.getOrDefault("dead.bytes", 0L), "dead.bytes");
        long waiting = model.open().stream()
                .filter(job -> job.state == JobState.WAITING)
                .count();
        assertEquals(waiting, counters.getOrDefault("waiting.jobs", 0L), "waiting.jobs");
        compareLog(counters);
        compareTimeLimits();
    }

    /** A record in the log has none: the log's entry says when it may be deleted. */
    private void compareTimeLimits() {
        Set<String> logged = new HashSet<>();
        Futures.await(link.send(
                        Request.cmd(Command.LRANGE).arg(PREFIX + "log").arg(0).arg(-1)))
                .forEach(entry -> logged.add(entry.toString().split(" ")[0]));
        Map<String, Future<Response>> limits = new TreeMap<>();
        model.jobs.forEach((id, job) -> {
            if (job.state.isFinal() && job.state != JobState.DEAD && !logged.contains(id)) {
                limits.put(id, link.send(Request.cmd(Command.PTTL).arg(PREFIX + "job:" + id)));
            }
        });
        limits.forEach((id, left) -> {
            long ms = Futures.await(left).toLong();
            assertTrue(ms > 0, "time limit of " + id + ": " + ms);
            boolean isShort = ms <= LONGEST_SYNCHRONOUS.toMillis();
            assertEquals(
                    model.jobs.get(id).retention.equals(SYNCHRONOUS),
                    isShort,
                    "time limit of " + id + ", of a caller who waits: ");
        });
    }

    /** Each item that was committed is in the log, was read from it, or had to go and was counted. */
    private void compareLog(Map<String, Long> counters) {
        long items = 0;
        long bytes = 0;
        for (Response entry : Futures.await(
                link.send(Request.cmd(Command.LRANGE).arg(PREFIX + "log").arg(0).arg(-1)))) {
            String[] parts = entry.toString().split(" ");
            bytes += Long.parseLong(parts[1]);
            items += model.jobs.get(parts[0]).garbage ? 0 : Long.parseLong(parts[2]);
        }
        assertEquals(bytes, counters.getOrDefault("log.bytes", 0L), "log.bytes");
        assertTrue(bytes <= TERMS.logBytes(), "the log's budget");
        long dropped = counters.getOrDefault("total.log-dropped", 0L);
        assertEquals(committedItems, items + keptItems + dropped, "items of the log");
    }

    private List<String> recordsWithoutTimeLimit() {
        List<String> without = new ArrayList<>();
        model.jobs.forEach((id, job) -> {
            long timeLimit = Futures.await(link.send(Request.cmd(Command.PTTL).arg(PREFIX + "job:" + id)))
                    .toLong();
            if (job.state != JobState.DEAD && timeLimit <= 0) {
                without.add(id);
            }
        });
        return without;
    }

    private Set<String> leftOverKeys() {
        Set<String> left = new TreeSet<>();
        Futures.await(link.send(Request.cmd(Command.KEYS).arg(PREFIX + "*"))).forEach(key -> {
            String name = key.toString().substring(PREFIX.length());
            boolean mayStay = name.matches(
                    "(job|idem|version):.*|log|counters|dead|workers|seen|served|idle|recalled|looked|standstill|alive:"
                            + workerNames.getLast());
            boolean bodyOfDead = name.startsWith("body:")
                    && model.jobs.containsKey(name.substring(5))
                    && model.jobs.get(name.substring(5)).state == JobState.DEAD;
            // A refused accept's payload goes by its time limit.
            boolean orphan = name.startsWith("body:")
                    && Futures.await(link.send(Request.cmd(Command.PTTL).arg(key.toString())))
                                    .toLong()
                            > 0;
            if (!mayStay && !bodyOfDead && !orphan) {
                left.add(name);
            }
        });
        return left;
    }

    private List<String> laneOf(Lane lane) {
        List<String> ids = new ArrayList<>();
        Futures.await(link.send(Request.cmd(Command.LRANGE)
                        .arg(PREFIX + "lane:" + lane.wireName())
                        .arg("0")
                        .arg("-1")))
                .forEach(id -> ids.add(id.toString()));
        return ids;
    }

    private Set<String> members(String key) {
        Set<String> members = new HashSet<>();
        Futures.await(link.send(Request.cmd(Command.SMEMBERS).arg(PREFIX + key)))
                .forEach(member -> members.add(member.toString()));
        return members;
    }

    private Map<String, Long> counters() {
        Map<String, Long> counters = new HashMap<>();
        Response all = Futures.await(link.send(Request.cmd(Command.HGETALL).arg(PREFIX + "counters")));
        for (String name : all.getKeys()) {
            counters.put(name, all.get(name).toLong());
        }
        return counters;
    }

    /** Mostly what the worker holds, sometimes what it does not. */
    private Set<String> someIds(String worker) {
        List<String> own = new ArrayList<>();
        if (model.workers.containsKey(worker)) {
            own.addAll(model.workers.get(worker).held);
        }
        Collections.shuffle(own, random);
        Set<String> ids =
                new java.util.LinkedHashSet<>(own.subList(0, own.isEmpty() ? 0 : 1 + random.nextInt(own.size())));
        if (random.nextInt(4) == 0 || ids.isEmpty()) {
            ids.add(aStranger());
        }
        return ids;
    }

    /** A dead letter still names its last owner, so that only its state protects it from that one. */
    private String aStranger() {
        List<String> dead = model.jobs.keySet().stream()
                .filter(id -> model.jobs.get(id).state == JobState.DEAD)
                .toList();
        return pick(dead.isEmpty() || random.nextBoolean() ? List.copyOf(model.jobs.keySet()) : dead);
    }

    private String aWorker() {
        int youngest = workerNames.size() - 1;
        return workerNames.get(Math.max(0, youngest - random.nextInt(5)));
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static Outcome anOutcome() {
        return new Outcome(
                "1", "", 1, Timing.NONE, new ItemResults.Lines(List.of(new ItemResult.Prediction("{\"value\":1}"))));
    }

    private String describe(Acceptance acceptance, String expected) {
        return switch (acceptance) {
            case Acceptance.Accepted(JobId id, long _, OpenItems open) -> {
                long bulk = model.openBulkItems();
                assertEquals(new OpenItems(model.openItems() - bulk, bulk), open, "open items");
                yield "accepted " + id;
            }
            case Acceptance.Known(JobId id, long _) -> "known " + id;
            case Acceptance.Refused(Acceptance.Reason reason) -> {
                String code = switch (reason) {
                    case LATE -> "late";
                    case CONFLICT -> "conflict";
                    case JOBS_FULL -> "full-jobs";
                    case ITEMS_FULL -> "full-items";
                    case BYTES_FULL -> "full-bytes";
                    case NO_BODY -> "no-body";
                    case WITHDRAWN -> "withdrawn";
                };
                yield code + " " + expected.substring(expected.indexOf(' ') + 1);
            }
        };
    }

    private void note(String kind, String what) {
        steps.add(kind + " " + what);
        stepCounts.merge(kind, 1, Integer::sum);
    }

    private List<String> lastSteps() {
        return steps.subList(Math.max(0, steps.size() - KEPT_STEPS), steps.size());
    }

    static List<Long> seeds(long first, int count) {
        return IntStream.range(0, count).mapToObj(i -> first + i).toList();
    }
}
