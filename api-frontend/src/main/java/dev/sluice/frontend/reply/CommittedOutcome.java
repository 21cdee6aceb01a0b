package dev.sluice.frontend.reply;

import dev.sluice.job.Outcome;
import dev.sluice.job.OutcomeCodec;
import org.jspecify.annotations.Nullable;

/** An outcome as the queue has it; read once for all members of a group, and only if somebody wants it. One event loop only. */
public final class CommittedOutcome {
    private final String text;
    private @Nullable Outcome decoded;

    /** @param text as {@link OutcomeCodec} wrote it; empty without an outcome */
    CommittedOutcome(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException when there is none */
    public Outcome decode() {
        Outcome known = decoded;
        if (known == null) {
            known = OutcomeCodec.decode(text);
            decoded = known;
        }
        return known;
    }
}
