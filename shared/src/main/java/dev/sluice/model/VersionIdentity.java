package dev.sluice.model;

import dev.sluice.text.Sha256;

/** Names that tell two things of one version number apart: the number, {@code -}, and 12 hex digits of the SHA-256 over what differs. */
public final class VersionIdentity {
    private static final int BYTES = 6;

    private VersionIdentity() {}

    /** @param content that makes it another one, for example the model's id and the hashes of its files */
    public static String of(String version, String content) {
        return version + "-" + Sha256.hex(content, BYTES);
    }
}
