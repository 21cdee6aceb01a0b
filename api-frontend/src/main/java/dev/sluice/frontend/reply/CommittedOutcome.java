package dev.sluice.frontend.reply;

import dev.sluice.job.Outcome;
import dev.sluice.job.OutcomeCodec;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An outcome as the queue has it; read once for all members of a group, and only if somebody wants it. One event loop only. */
public final class CommittedOutcome {
    private final ByteBuffer bytes;
    private @Nullable Outcome decoded;

    /** @param bytes as {@link OutcomeCodec} wrote it; none without an outcome */
    CommittedOutcome(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException when there is none */
    public Outcome decode() {
        Outcome known = decoded;
        if (known == null) {
            known = OutcomeCodec.decode(bytes);
            decoded = known;
        }
        return known;
    }
}
