package dev.sluice.frontend.durability;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the Redis in use keeps what it was given; empty where it does not tell.
 *
 * @param replicas connected at the moment
 * @param replicasRequired a write is refused with fewer (min-replicas-to-write)
 * @param cluster whether it is a node of a Redis Cluster
 * @param aof {@code off}, {@code everysec}, {@code always} or {@code no} (written when the system sees fit)
 * @param evictionPolicy its maxmemory-policy
 * @param memory how full it is
 */
public record RedisSetup(
        Optional<String> version,
        Optional<String> role,
        int replicas,
        int replicasRequired,
        Optional<Boolean> cluster,
        Optional<String> aof,
        Optional<String> evictionPolicy,
        Optional<RedisMemory> memory) {
    static final String ONLY_SAFE_POLICY = "noeviction";
    public static final RedisSetup UNKNOWN = new RedisSetup(
            Optional.empty(),
            Optional.empty(),
            0,
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** A sentence when this Redis would drop jobs in silence. */
    public Optional<String> obstacle() {
        return evictionPolicy
                .filter(policy -> !policy.equals(ONLY_SAFE_POLICY))
                .map(policy -> "Redis's maxmemory-policy is " + policy
                        + ", which drops accepted jobs when memory runs short: set it to noeviction");
    }

    /** What people should know and may want to change, a sentence each. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        obstacle().ifPresent(warnings::add);
        if (aof.filter("off"::equals).isPresent()) {
            warnings.add(
                    "appendonly is no: a restart of Redis loses what was accepted since its last snapshot, or everything without one");
        }
        if (role.filter("slave"::equals).isPresent()) {
            warnings.add("this Redis is a replica and takes no writes: point --redis at the primary");
        }
        if (cluster.filter(Boolean::booleanValue).isPresent()) {
            warnings.add("this Redis is a node of a cluster: jobs go to this node only, which is not supported");
        }
        return warnings;
    }

    /** For people. */
    public String guarantee() {
        String kept = aof.map(mode -> switch (mode) {
                    case "off" -> "It survives the crash of any API or worker, but not a restart of Redis (no AOF).";
                    case "everysec" ->
                        "It survives the crash of any API or worker and a restart of Redis; a crash of Redis's machine"
                                + " can lose what was accepted in the last second or two.";
                    case "always" ->
                        "It survives the crash of any API, worker or Redis: it is on disk before it is acknowledged.";
                    default ->
                        "It survives the crash of any API or worker and of Redis; a crash of Redis's machine can lose"
                                + " what the system had not yet written.";
                })
                .orElse("Unknown: this Redis does not let its configuration be read (CONFIG GET).");
        return replicas > 0 || replicasRequired > 0
                ? kept + " A failover may lose what the " + replicas
                        + " replica(s) had not received: an accept does not" + " wait for them."
                : kept;
    }
}
