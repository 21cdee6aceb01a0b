package dev.sluice.queue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The Lua scripts of the protocol, one per row of the table in ADR 0001; the only writers of a job's state. */
public enum QueueScript {
    ACCEPT,
    TAKE,
    COMMIT,
    RELEASE,
    CANCEL,
    EXPIRE,
    RECLAIM,
    RESEND,
    REGISTER,
    RENEW,
    LEAVE;

    private final String source = read("prelude") + read(name().toLowerCase(Locale.ROOT));
    private final String sha1 = sha1(source);

    public String source() {
        return source;
    }

    public String sha1() {
        return sha1;
    }

    /** The name by which Redis knows a script. */
    public static String sha1(String source) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static String read(String name) {
        try (InputStream lua = QueueScript.class.getResourceAsStream(name + ".lua")) {
            if (lua == null) {
                throw new IllegalStateException("script " + name + ".lua is missing from the jar");
            }
            return new String(lua.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("script " + name + ".lua cannot be read", e);
        }
    }
}
