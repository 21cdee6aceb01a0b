package dev.sluice.frontend.body;

import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * Base64 as programs write it: in either alphabet, with or without padding and line breaks, behind {@code data:image/png;base64,} or
 * plain.
 */
final class Base64Text {
    private static final String SCHEME = "data:";
    private static final String CODING = ";base64";

    private Base64Text() {}

    /** With a sentence for the client; no stack trace, because it is the client's doing. */
    static final class NotBase64Exception extends RuntimeException {
        NotBase64Exception(String detail) {
            super(detail, null, false, false);
        }
    }

    /** @throws NotBase64Exception with a sentence for the client */
    static byte[] decode(String text) {
        int start = 0;
        if (text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            int comma = text.indexOf(',');
            if (comma < 0 || !text.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(CODING)) {
                throw new NotBase64Exception(
                        "is a data URL without ';base64,': send data:image/png;base64, and the picture in base64");
            }
            start = comma + 1;
        }
        byte[] standard = standard(text, start);
        // Six bits are no byte; nothing else is left that the decoder refuses.
        if (standard.length % 4 == 1) {
            throw new NotBase64Exception("is cut off within its base64: send the whole picture");
        }
        return Base64.getDecoder().decode(standard);
    }

    /** In the first alphabet, without line breaks and padding. */
    private static byte[] standard(String text, int start) {
        byte[] digits = new byte[text.length() - start];
        int count = 0;
        boolean padded = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case ' ', '\t', '\r', '\n' -> {}
                case '=' -> padded = true;
                default -> {
                    if (padded || !isDigit(c)) {
                        throw new NotBase64Exception(
                                "is not base64, character %d is '%s': send the picture in base64".formatted(i, c));
                    }
                    digits[count++] = (byte) (c == '-' ? '+' : c == '_' ? '/' : c);
                }
            }
        }
        return Arrays.copyOf(digits, count);
    }

    private static boolean isDigit(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/'
                || c == '-'
                || c == '_';
    }
}
