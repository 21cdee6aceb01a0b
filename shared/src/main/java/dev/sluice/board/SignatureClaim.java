package dev.sluice.board;

import dev.sluice.model.LiveVersion;
import java.util.Optional;

/** Whether a worker may go live with the input signature of its version. */
public sealed interface SignatureClaim {
    /** The signature is live, or is now reserved for this worker, which goes live next. */
    record Granted() implements SignatureClaim {}

    /**
     * The deployment has another signature.
     *
     * @param live empty while another worker is about to go live
     */
    record Differs(Optional<LiveVersion> live) implements SignatureClaim {}
}
