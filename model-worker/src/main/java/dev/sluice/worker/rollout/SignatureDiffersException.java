package dev.sluice.worker.rollout;

import dev.sluice.model.LiveVersion;

/** The version's input signature is not the live one. */
final class SignatureDiffersException extends Exception {
    private final LiveVersion live;

    SignatureDiffersException(LiveVersion live) {
        super("its input signature differs from that of the live version %s: give it another alias or model name"
                .formatted(live.version()));
        this.live = live;
    }

    LiveVersion live() {
        return live;
    }
}
