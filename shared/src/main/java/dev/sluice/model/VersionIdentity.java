package dev.sluice.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names that tell two things of one version number apart: the number, {@code -}, and 12 hex digits of the SHA-256 over what differs. */
public final class VersionIdentity {
    private static final int BYTES = 6;

    private VersionIdentity() {}

    /** @param content that makes it another one, for example the model's id and the hashes of its files */
    public static String of(String version, String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return version + "-" + HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
