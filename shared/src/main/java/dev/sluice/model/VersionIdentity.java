package dev.sluice.model;

import dev.sluice.text.Sha256;
import java.util.regex.Pattern;

/** Identities of versions whose number may be reused: the number, {@code -}, and 12 hex digits of the SHA-256 over the content. */
public final class VersionIdentity {
    private static final int BYTES = 6;

    private static final Pattern FORM = Pattern.compile("[0-9A-Za-z._-]{1,100}-[0-9a-f]{12}");

    private VersionIdentity() {}

    /** Whether a text that an untrusted writer may have written can be an identity. */
    public static boolean isOne(String text) {
        return FORM.matcher(text).matches();
    }

    /** @param content that distinguishes the version, for example the model's id and the hashes of its files */
    public static String of(String version, String content) {
        return version + "-" + Sha256.hex(content, BYTES);
    }
}
