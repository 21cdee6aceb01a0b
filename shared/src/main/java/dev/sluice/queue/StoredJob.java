package dev.sluice.queue;

import dev.sluice.job.JobInput;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * A job in any state, with its payload. Fields are unchecked: an untrusted writer may have written them.
 *
 * @param owner the incarnation that runs it, or ran it last; empty if none has
 * @param input what the record says of the payload
 * @param bytes of the payload
 * @param signature hash of the signature it was validated against
 * @param payload empty if it no longer exists
 */
public record StoredJob(
        JobRecord job,
        String owner,
        JobInput.Description input,
        long bytes,
        String signature,
        Optional<Buffer> payload) {}
