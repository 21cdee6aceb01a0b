package dev.sluice.redis;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.redis.client.Response;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads fields that an untrusted writer may have written: one that is missing or of another form has the empty value. */
public final class RedisFields {
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

    private RedisFields() {}

    public static String text(@Nullable Response field) {
        return field == null ? "" : field.toString();
    }

    /** 0 if the field is missing or not a whole number. */
    public static long number(@Nullable Response field) {
        String text = text(field);
        return NUMBER.matcher(text).matches() ? Long.parseLong(text) : 0;
    }

    /** Empty if one of them is not a number. */
    public static List<Integer> numbers(String commaList) {
        try {
            return commaList.isEmpty()
                    ? List.of()
                    : Arrays.stream(commaList.split(",")).map(Integer::valueOf).toList();
        } catch (NumberFormatException strange) {
            return List.of();
        }
    }

    /** The bytes of a field, without a copy; none if it is missing. */
    public static ByteBuffer bytes(@Nullable Response field) {
        return field == null ? ByteBuffer.allocate(0) : view(field.toBuffer());
    }

    /** The bytes of a field, without a copy. */
    public static ByteBuffer view(Buffer field) {
        return ((BufferInternal) field).getByteBuf().nioBuffer();
    }

    /** Recovers from a key of another type, which must not prevent the other jobs from being served. */
    public static Future<@Nullable Response> goneWhenOfAnotherType(Throwable failure) {
        boolean answered = failure instanceof RedisUnavailableException unavailable && unavailable.isAboutTheCommand();
        return answered ? Future.succeededFuture() : Future.failedFuture(failure);
    }
}
