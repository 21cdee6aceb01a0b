package dev.sluice.frontend.catalog;

import dev.sluice.model.Deployment;
import dev.sluice.model.RolloutNote;
import java.util.Optional;

/** The deployment is known, but no version of it has gone live. */
public final class NothingLiveException extends RuntimeException {
    NothingLiveException(Deployment deployment, Optional<RolloutNote> rollout) {
        super(
                "no version of %s is live%s: move the alias '%s' to a version that loads, or try again when its rollout is over"
                        .formatted(
                                deployment,
                                rollout.map(NothingLiveException::lastStep).orElse(""),
                                deployment.alias()),
                null,
                false,
                false);
    }

    private static String lastStep(RolloutNote note) {
        String reason = note.reason().isEmpty() ? "" : ", " + note.reason();
        return " (version %s: %s%s)".formatted(note.version(), note.state(), reason);
    }
}
