package dev.sluice.queue;

import dev.sluice.job.JobInput;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A job that one incarnation owns until it commits or releases it. Fields are unchecked: a newer release or an untrusted writer may have
 * written the record, and the worker decides how to handle it.
 *
 * @param input what its record says of the payload
 * @param deaths the number of workers that died while they ran it
 * @param accepted when it was accepted, {@code taken} when it was taken: epoch milliseconds of Redis's clock
 * @param signature hash of the signature it was validated against
 * @param trace W3C trace context or empty
 * @param payload its bytes from position 0 on; null if it no longer exists
 */
public record TakenJob(
        String id,
        JobInput.Description input,
        int deaths,
        long deadline,
        long accepted,
        long taken,
        String signature,
        String trace,
        @Nullable ByteBuffer payload) {
    public int schema() {
        return input.schema();
    }

    public int items() {
        return input.items();
    }

    /** The name of the payload's kind. */
    public String content() {
        return input.content();
    }
}
