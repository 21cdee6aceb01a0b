package dev.sluice.bench.growth;

import java.time.Duration;

/** Varies one thing and keeps the rest. */
interface Sweep {
    Duration WARM_UP = Duration.ofSeconds(8);
    Duration MEASURED = Duration.ofSeconds(10);

    /** As it is asked for on the command line. */
    String name();

    Table run(Site site) throws Exception;
}
