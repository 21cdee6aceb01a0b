package dev.sluice.queue;

import dev.sluice.redis.LuaSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/** The Lua scripts of the protocol, one per row of the table in ADR 0001; the only writers of a job's state. */
public enum QueueScript {
    ACCEPT,
    TAKE,
    COMMIT,
    RELEASE,
    RECALL,
    CANCEL,
    EXPIRE,
    WITHDRAW,
    RECLAIM,
    RESEND,
    DROP,
    LOGGED,
    KEPT,
    FEEDBACK,
    FEEDBACK_KEPT,
    REGISTER,
    RENEW,
    LEAVE;

    private final String source = read("prelude") + read(name().toLowerCase(Locale.ROOT));

    /** The released source of every script. */
    static Map<QueueScript, String> sources() {
        Map<QueueScript, String> sources = new EnumMap<>(QueueScript.class);
        for (QueueScript script : values()) {
            sources.put(script, script.source);
        }
        return sources;
    }

    /** The name by which Redis knows a script. */
    static String sha1(String source) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** The text of a script without what precedes it. */
    static String read(String name) {
        return LuaSource.read(QueueScript.class, name);
    }
}
