package dev.sluice.queue;

import dev.sluice.job.JobState;
import dev.sluice.redis.RedisFields;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A final state that is published to the waiting API instance.
 *
 * @param outcome as {@link dev.sluice.job.OutcomeCodec} wrote it
 * @param complete false when the outcome was too large to be published and has to be looked up
 */
public record Reply(String id, JobState state, ByteBuffer outcome, boolean complete) {

    /**
     * Reads one message: frames of {@code <id> <state> <length>\n<outcome>\n}, where length -1 says "look it up".
     *
     * @throws IllegalArgumentException when the message is not of that form
     */
    public static List<Reply> parse(Buffer message) {
        List<Reply> replies = new ArrayList<>();
        int at = 0;
        while (at < message.length()) {
            int endOfLine = at;
            while (endOfLine < message.length() && message.getByte(endOfLine) != '\n') {
                endOfLine++;
            }
            String[] head = message.getString(at, endOfLine).split(" ");
            if (head.length != 3) {
                throw new IllegalArgumentException("not a reply");
            }
            int length = Integer.parseInt(head[2]);
            int start = endOfLine + 1;
            int end = start + Math.max(0, length);
            if (end + 1 > message.length()) {
                throw new IllegalArgumentException("not a reply: cut off");
            }
            replies.add(new Reply(
                    head[0], JobState.ofWire(head[1]), RedisFields.view(message.slice(start, end)), length >= 0));
            at = end + 1;
        }
        return replies;
    }
}
