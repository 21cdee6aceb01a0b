package dev.sluice.queue;

import dev.sluice.model.Deployment;

/** The names of Redis keys and channels. All keys of a deployment share one hash tag, so one cluster slot. */
public final class QueueKeys {
    /** The set of all deployments that were ever live; the only key without a deployment's hash tag. */
    public static final String DEPLOYMENTS = "sluice:deployments";
    /** A key that is written and deleted at once, and a channel to which nobody listens; see {@link RedisHealth}. */
    static final String PROBE = "sluice:probe";

    private QueueKeys() {}

    public static String prefix(Deployment deployment) {
        return "sluice:{" + deployment + "}:";
    }

    static String job(Deployment deployment, String id) {
        return prefix(deployment) + "job:" + id;
    }

    static String body(Deployment deployment, String id) {
        return prefix(deployment) + "body:" + id;
    }

    static String dead(Deployment deployment) {
        return prefix(deployment) + "dead";
    }

    /** The prediction log: a list, oldest first. */
    static String log(Deployment deployment) {
        return prefix(deployment) + "log";
    }

    static String feedback(Deployment deployment) {
        return prefix(deployment) + "feedback";
    }

    static String counters(Deployment deployment) {
        return prefix(deployment) + "counters";
    }

    static String served(Deployment deployment) {
        return prefix(deployment) + "served";
    }

    static String seen(Deployment deployment) {
        return prefix(deployment) + "seen";
    }

    static String workers(Deployment deployment) {
        return prefix(deployment) + "workers";
    }

    static String deployment(Deployment deployment) {
        return prefix(deployment) + "deployment";
    }

    /** The input signature of the worker that is about to go live first. */
    static String claim(Deployment deployment) {
        return prefix(deployment) + "claim";
    }

    /** A list, newest first. */
    static String rollouts(Deployment deployment) {
        return prefix(deployment) + "rollouts";
    }

    /** The channel of answers for one API instance. */
    public static String replyChannel(String instance) {
        return "sluice:reply:" + instance;
    }

    /** The channel that wakes up one incarnation. */
    public static String wakeChannel(Deployment deployment, String incarnation) {
        return prefix(deployment) + "wake:" + incarnation;
    }
}
