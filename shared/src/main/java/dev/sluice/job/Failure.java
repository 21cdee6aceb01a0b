package dev.sluice.job;

/** Why one item has no prediction. */
public record Failure(Kind kind, String detail) {

    /** The kinds of failure, and whether the input (rather than the service) is to blame. */
    public enum Kind {
        UNDECODABLE_PICTURE(true),
        TOO_MANY_PIXELS(true),
        UNREADABLE_PAYLOAD(false),
        SIGNATURE_MISMATCH(false),
        INFERENCE_FAILED(false);

        private final boolean inputsFault;

        /** A kind that only a newer release knows is read as a failed inference. */
        static Kind ofWire(String name) {
            for (Kind kind : values()) {
                if (kind.name().equals(name)) {
                    return kind;
                }
            }
            return INFERENCE_FAILED;
        }

        Kind(boolean inputsFault) {
            this.inputsFault = inputsFault;
        }

        public boolean isInputsFault() {
            return inputsFault;
        }
    }
}
