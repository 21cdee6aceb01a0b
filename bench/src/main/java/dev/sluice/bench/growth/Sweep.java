package dev.sluice.bench.growth;

import java.time.Duration;

/** Varies one thing and keeps the rest. */
interface Sweep {
    Duration WARM_UP = Duration.ofSeconds(8);
    Duration MEASURED = Duration.ofSeconds(10);

    /** As it is asked for on the command line. */
    String name();

    Table run(Site site) throws Exception;

    /** One load on one worker and a Redis of its own. */
    static Cost ofOneWorker(Site site, FixedTimeWorker.Plan plan, Load load, int inFlight) throws Exception {
        try (Rig rig = new Rig(site)) {
            rig.haveWorkers(1, plan);
            Sender sender = rig.sender(load, plan);
            sender.keepInFlight(inFlight);
            Cost cost = rig.measure(sender, WARM_UP, MEASURED);
            rig.drain(sender);
            return cost;
        }
    }
}
