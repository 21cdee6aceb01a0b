package dev.sluice.queue;

import dev.sluice.model.Deployment;

/** The names of Redis keys and channels. All keys of a deployment share one hash tag, so one cluster slot. */
public final class QueueKeys {
    /** The set of all deployments that were ever live; the only key without a deployment's hash tag. */
    public static final String DEPLOYMENTS = "sluice:deployments";

    private QueueKeys() {}

    public static String prefix(Deployment deployment) {
        return "sluice:{" + deployment + "}:";
    }

    public static String job(Deployment deployment, String id) {
        return prefix(deployment) + "job:" + id;
    }

    public static String body(Deployment deployment, String id) {
        return prefix(deployment) + "body:" + id;
    }

    /** The record of a version, see {@link dev.sluice.model.VersionRecord}. */
    public static String version(Deployment deployment, String identity) {
        return prefix(deployment) + "version:" + identity;
    }

    public static String dead(Deployment deployment) {
        return prefix(deployment) + "dead";
    }

    /** The prediction log: a list, oldest first. */
    public static String log(Deployment deployment) {
        return prefix(deployment) + "log";
    }

    public static String feedback(Deployment deployment) {
        return prefix(deployment) + "feedback";
    }

    public static String counters(Deployment deployment) {
        return prefix(deployment) + "counters";
    }

    public static String served(Deployment deployment) {
        return prefix(deployment) + "served";
    }

    public static String seen(Deployment deployment) {
        return prefix(deployment) + "seen";
    }

    public static String workers(Deployment deployment) {
        return prefix(deployment) + "workers";
    }

    public static String deployment(Deployment deployment) {
        return prefix(deployment) + "deployment";
    }

    /** The input signature of the worker that is about to go live first. */
    public static String claim(Deployment deployment) {
        return prefix(deployment) + "claim";
    }

    /** A list, newest first. */
    public static String rollouts(Deployment deployment) {
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
