package dev.sluice.queue;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A job that one incarnation owns until it commits or releases it. Fields are as found: a record may have been written by a newer
 * release or by a stranger, and the worker judges that.
 *
 * @param schema number of the record's form; 0 when it is no number
 * @param deaths how many workers have died over it
 * @param accepted when it was accepted, {@code taken} when it was taken: epoch milliseconds of Redis's clock
 * @param content name of the payload's kind
 * @param parts lengths of the payload's parts, comma separated
 * @param signature hash of the signature it was validated against
 * @param trace W3C trace context or empty
 * @param payload null when it has gone
 */
public record TakenJob(
        String id,
        int schema,
        int items,
        int deaths,
        long deadline,
        long accepted,
        long taken,
        String content,
        String parts,
        String signature,
        String trace,
        @Nullable Buffer payload) {}
