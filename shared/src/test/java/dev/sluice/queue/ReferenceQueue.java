package dev.sluice.queue;

import dev.sluice.job.JobState;
import dev.sluice.job.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The protocol of ADR 0001 as plain single-threaded Java: what the scripts must do, without Redis. A deadline is either far away or has
 * passed (at once, or when the test says so), so that no clock is needed.
 */
final class ReferenceQueue {
    private static final int BULK_TURN = 8;
    private static final int LETTER_BYTES = 1024;

    final Map<String, Job> jobs = new LinkedHashMap<>();
    final Map<Lane, Deque<String>> lanes = new EnumMap<>(Lane.class);
    final Map<String, Worker> workers = new TreeMap<>();
    final Map<String, Key> keys = new HashMap<>();
    /** What workers held whose entry among the workers was lost. */
    final Map<String, Set<String>> forgotten = new HashMap<>();

    private final QueueBudget budget;
    private final int mostDeaths;
    private int bulkPassedOver;

    static final class Job {
        final Lane lane;
        final int items;
        final int bytes;
        final Retention retention;
        boolean late;
        /** Written by hand, and not as accept.lua writes it. */
        boolean garbage;

        JobState state = JobState.WAITING;
        String owner = "";
        int deaths;

        Job(Lane lane, int items, int bytes, Retention retention, boolean late) {
            this.lane = lane;
            this.items = items;
            this.bytes = bytes;
            this.retention = retention;
            this.late = late;
        }

        boolean isOpen() {
            return !state.isFinal() && !garbage;
        }
    }

    static final class Worker {
        boolean alive = true;
        final Set<String> held = new LinkedHashSet<>();
        /** Ids that stand in its held set and should not: somebody wrote them there by hand. */
        final Set<String> strangers = new LinkedHashSet<>();
    }

    record Key(String id, String content) {}

    ReferenceQueue(QueueBudget budget, int mostDeaths) {
        this.budget = budget;
        this.mostDeaths = mostDeaths;
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new ArrayDeque<>());
        }
    }

    /** @return the code of accept.lua, and behind a space the id that it is about */
    String accept(String id, Job job, String key, String content, boolean ghost, boolean bodyGone) {
        if (ghost) {
            return "late " + id;
        }
        Key known = keys.get(key);
        if (!key.isEmpty() && known != null) {
            return (known.content.equals(content) ? "known " : "conflict ") + known.id;
        }
        if (jobs.containsKey(id)) {
            return "known " + id;
        }
        if (open().size() + 1 > budget.jobs()) {
            return "full-jobs " + id;
        }
        if (openItems() + job.items > budget.items()) {
            return "full-items " + id;
        }
        if (openBytes() + job.bytes > budget.bytes()) {
            return "full-bytes " + id;
        }
        if (bodyGone) {
            return "no-body " + id;
        }
        if (!key.isEmpty()) {
            keys.put(key, new Key(id, content));
        }
        jobs.put(id, job);
        lanes.get(job.lane).addLast(id);
        return "accepted " + id;
    }

    void register(String worker) {
        workers.put(worker, new Worker());
    }

    void die(String worker) {
        workers.get(worker).alive = false;
    }

    boolean renew(String worker) {
        Worker known = workers.get(worker);
        if (known == null) {
            return false;
        }
        known.alive = true;
        return true;
    }

    /** @return "holding" or "left" */
    String leave(String worker) {
        Worker known = workers.get(worker);
        boolean holds = known == null
                ? !forgotten.getOrDefault(worker, Set.of()).isEmpty()
                : !(known.held.isEmpty() && known.strangers.isEmpty());
        if (holds) {
            return "holding";
        }
        workers.remove(worker);
        return "left";
    }

    /** @return the ids taken, or null when the worker was removed */
    List<String> take(String worker, int most, boolean ghost) {
        Worker taker = workers.get(worker);
        if (taker == null) {
            return null;
        }
        if (ghost) {
            return List.of();
        }
        boolean bulkFirst = bulkPassedOver >= BULK_TURN - 1;
        List<String> taken = new ArrayList<>();
        takeFrom(lanes.get(bulkFirst ? Lane.BULK : Lane.INTERACTIVE), most, taken);
        takeFrom(lanes.get(bulkFirst ? Lane.INTERACTIVE : Lane.BULK), most, taken);
        if (taken.stream().anyMatch(id -> jobs.get(id).lane == Lane.BULK)) {
            bulkPassedOver = 0;
        } else if (!taken.isEmpty() && !lanes.get(Lane.BULK).isEmpty()) {
            bulkPassedOver++;
        }
        for (String id : taken) {
            jobs.get(id).owner = worker;
            taker.held.add(id);
        }
        return taken;
    }

    private void takeFrom(Deque<String> lane, int most, List<String> taken) {
        while (items(taken) < most && !isAlone(taken) && !lane.isEmpty()) {
            Job job = jobs.get(lane.peekFirst());
            if (job == null || job.garbage) {
                lane.pollFirst();
                if (job != null && job.state == JobState.WAITING) {
                    job.state = JobState.DEAD;
                }
                continue;
            }
            boolean fits = taken.isEmpty() || (items(taken) + job.items <= most && job.deaths == 0);
            if (job.state == JobState.WAITING && !job.late && !fits) {
                return;
            }
            String id = lane.pollFirst();
            if (job.state == JobState.WAITING) {
                job.state = job.late ? JobState.EXPIRED : JobState.RUNNING;
                if (!job.late) {
                    taken.add(id);
                }
            }
        }
    }

    private boolean isAlone(List<String> taken) {
        return taken.size() == 1 && jobs.get(taken.getFirst()).deaths > 0;
    }

    private int items(List<String> ids) {
        return ids.stream().mapToInt(id -> jobs.get(id).items).sum();
    }

    /** @param end done, failed or dead */
    boolean commit(String worker, String id, JobState end) {
        if (!owns(worker, id)) {
            return false;
        }
        jobs.get(id).state = end;
        letGo(worker, id);
        return true;
    }

    /** @return the refused ids, in the order in which the script meets them (last first) */
    List<String> release(String worker, List<String> ids, boolean toTheTail) {
        List<String> refused = new ArrayList<>();
        for (String id : ids.reversed()) {
            if (owns(worker, id)) {
                letGo(worker, id);
                waitAgain(id, toTheTail);
            } else {
                refused.add(id);
            }
        }
        return refused;
    }

    /** @return what went back; a stranger does too when it is the worker's after all, whose held set was lost before */
    List<String> recall(String worker, Set<String> known) {
        Worker holder = workers.get(worker);
        if (holder == null) {
            return List.of();
        }
        Set<String> unknown = new LinkedHashSet<>(holder.held);
        unknown.addAll(holder.strangers);
        unknown.removeAll(known);
        unknown.removeIf(id -> !owns(worker, id));
        holder.strangers.removeIf(id -> !known.contains(id));
        for (String id : unknown) {
            letGo(worker, id);
            waitAgain(id, false);
        }
        return List.copyOf(unknown);
    }

    boolean cancel(String id) {
        return endWaiting(id, JobState.CANCELLED);
    }

    int expire() {
        int expired = 0;
        for (String id : List.copyOf(jobs.keySet())) {
            if (jobs.get(id).late && endWaiting(id, JobState.EXPIRED)) {
                expired++;
            }
        }
        for (Deque<String> lane : lanes.values()) {
            while (!lane.isEmpty() && !isWaiting(lane.peekFirst())) {
                lane.pollFirst();
            }
        }
        return expired;
    }

    /** @return how many waiting jobs became dead letters */
    int endWithdrawn() {
        int ended = 0;
        for (Deque<String> lane : lanes.values()) {
            while (!lane.isEmpty()) {
                Job job = jobs.get(lane.pollFirst());
                if (job != null && job.state == JobState.WAITING) {
                    job.state = job.late && !job.garbage ? JobState.EXPIRED : JobState.DEAD;
                    ended += job.state == JobState.DEAD ? 1 : 0;
                }
            }
        }
        return ended;
    }

    /** @return jobs waiting again, jobs dead, removed workers */
    int[] reclaim(boolean tooEarly) {
        int[] counts = new int[3];
        if (tooEarly) {
            return counts;
        }
        for (String name : List.copyOf(workers.keySet())) {
            Worker worker = workers.get(name);
            if (worker.alive) {
                continue;
            }
            workers.remove(name);
            counts[2]++;
            worker.held.forEach(id -> mourn(id, counts));
        }
        for (String id : List.copyOf(jobs.keySet())) {
            Job job = jobs.get(id);
            if (job.state == JobState.RUNNING && !workers.containsKey(job.owner)) {
                letGo(job.owner, id);
                mourn(id, counts);
            }
        }
        return counts;
    }

    private void mourn(String id, int[] counts) {
        Job job = jobs.get(id);
        job.deaths++;
        if (job.deaths >= mostDeaths) {
            job.state = JobState.DEAD;
            counts[1]++;
        } else {
            waitAgain(id, false);
            counts[0]++;
        }
    }

    /** Its entry among the workers is lost; what it held stays held by nobody. */
    void loseEntry(String worker) {
        forgotten.put(worker, workers.remove(worker).held);
    }

    /** @return the code of drop.lua */
    String drop(String id) {
        JobState state = jobs.get(id).state;
        if (state != JobState.DEAD) {
            return state.wireName();
        }
        jobs.remove(id);
        keys.values().removeIf(key -> key.id.equals(id));
        return "dropped";
    }

    /** As the letters' budget counts them. */
    int deadBytes() {
        return jobs.values().stream()
                .filter(job -> job.state == JobState.DEAD)
                .mapToInt(job -> job.bytes + LETTER_BYTES)
                .sum();
    }

    private boolean isWaiting(String id) {
        return jobs.containsKey(id) && jobs.get(id).state == JobState.WAITING;
    }

    /** @return the code of resend.lua */
    String resend(String id, String newId) {
        Job job = jobs.get(id);
        if (job.state != JobState.DEAD) {
            return job.state.wireName();
        }
        if (job.garbage) {
            return "faulty";
        }
        if (jobs.containsKey(newId)) {
            return "known";
        }
        jobs.put(newId, new Job(job.lane, job.items, job.bytes, Retention.OUTCOME_TTL, false));
        lanes.get(job.lane).addLast(newId);
        return "accepted";
    }

    List<Job> open() {
        return jobs.values().stream().filter(Job::isOpen).toList();
    }

    int openItems() {
        return open().stream().mapToInt(job -> job.items).sum();
    }

    int openBulkItems() {
        return open().stream()
                .filter(job -> job.lane == Lane.BULK)
                .mapToInt(job -> job.items)
                .sum();
    }

    int openBytes() {
        return open().stream().mapToInt(job -> job.bytes).sum();
    }

    private boolean owns(String worker, String id) {
        Job job = jobs.get(id);
        return job != null && job.state == JobState.RUNNING && job.owner.equals(worker);
    }

    private void letGo(String worker, String id) {
        if (workers.containsKey(worker)) {
            workers.get(worker).held.remove(id);
            workers.get(worker).strangers.remove(id);
        }
        forgotten.getOrDefault(worker, new LinkedHashSet<>()).remove(id);
    }

    private void waitAgain(String id, boolean atTheTail) {
        Job job = jobs.get(id);
        job.state = JobState.WAITING;
        job.owner = "";
        if (atTheTail) {
            lanes.get(job.lane).addLast(id);
        } else {
            lanes.get(job.lane).addFirst(id);
        }
    }

    private boolean endWaiting(String id, JobState end) {
        Job job = jobs.get(id);
        if (job.state != JobState.WAITING) {
            return false;
        }
        job.state = end;
        return true;
    }
}
