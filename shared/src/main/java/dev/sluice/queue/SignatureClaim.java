package dev.sluice.queue;

import dev.sluice.model.LiveVersion;
import java.util.Optional;

/** Whether a worker may go live with the input signature of its version. */
public sealed interface SignatureClaim {
    /** It is the live signature, or now reserved for this worker, which goes live next. */
    record Granted() implements SignatureClaim {}

    /**
     * The deployment has another one.
     *
     * @param live empty while another worker is about to go live
     */
    record Differs(Optional<LiveVersion> live) implements SignatureClaim {}
}
