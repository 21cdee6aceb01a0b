package dev.sluice.worker.registry;

import java.time.Duration;

/** How long a store may take. */
record TransferLimit(Duration answer) {
    private static final long SLOWEST_BYTES_PER_SECOND = 1 << 20;

    private static final Duration SILENCE = Duration.ofSeconds(20);

    /** To connect. */
    static final Duration CONNECT = Duration.ofSeconds(10);

    static final TransferLimit DEFAULT = new TransferLimit(Duration.ofSeconds(60));

    /** Without a byte from a store that sends a file as it reads it. MLflow's proxy may fetch the whole file first. */
    Duration silence() {
        return answer.compareTo(SILENCE) < 0 ? answer : SILENCE;
    }

    /** For a file: that of an answer, and a second for each mebibyte. */
    Duration of(long bytes) {
        return answer.plusSeconds(Math.max(0, bytes) / SLOWEST_BYTES_PER_SECOND);
    }
}
