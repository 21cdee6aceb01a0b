package dev.sluice.model;

import dev.sluice.text.Sha256;

/** Identities of versions whose number may be reused: the number, {@code -}, and 12 hex digits of the SHA-256 over the content. */
public final class VersionIdentity {
    private static final int BYTES = 6;

    private VersionIdentity() {}

    /** @param content that distinguishes the version, for example the model's id and the hashes of its files */
    public static String of(String version, String content) {
        return version + "-" + Sha256.hex(content, BYTES);
    }
}
