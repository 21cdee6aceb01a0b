package dev.sluice.queue;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * A job in any state, with its payload. Fields are unchecked: an untrusted writer may have written them.
 *
 * @param owner the incarnation that runs it, or ran it last; empty if none has
 * @param schema schema number of the record
 * @param content name of the payload's kind
 * @param bytes of the payload
 * @param parts for pictures the length of each, in bytes; none when the record has no such list
 * @param signature hash of the signature it was validated against
 * @param payload empty if it no longer exists
 */
public record StoredJob(
        JobRecord job,
        String owner,
        String schema,
        String content,
        long bytes,
        List<Integer> parts,
        String signature,
        Optional<Buffer> payload) {
    public StoredJob {
        parts = List.copyOf(parts);
    }
}
