package dev.sluice.frontend.body;

import dev.sluice.frontend.body.InputRefusedException.Reason;
import dev.sluice.picture.PictureHeader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The files of a multipart/form-data body (RFC 7578) that is in memory as a whole. Lines end with CR LF, or all with LF alone if the first
 * boundary does. What stands before the first boundary and behind the last is skipped.
 */
final class MultipartForm {
    static final String MEDIA_TYPE = "multipart/form-data";

    /** Text fields and unselected inputs beside the pictures. */
    private static final int OTHER_PARTS = 64;

    private static final int LEAST_PART_LIMIT = 256;
    private static final int MOST_HEADER_BYTES = 8 * 1024;
    private static final int LONGEST_BOUNDARY = 256;
    private static final byte LF = '\n';
    private static final byte CR = '\r';

    private final byte[] body;
    private final byte[] delimiter;
    private final int mostPictures;
    private final List<byte[]> files = new ArrayList<>();
    private int at;
    private boolean crlf;
    private int parts;

    private MultipartForm(byte[] body, String boundary, int mostPictures) {
        this.body = body;
        this.mostPictures = mostPictures;
        this.delimiter = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** @throws InputRefusedException when the header names no boundary to read the body by */
    static void requireBoundary(HeaderParameters contentType) {
        boundary(contentType);
    }

    /** @throws InputRefusedException when it is no form, or has too many parts or too large ones */
    static List<byte[]> files(HeaderParameters contentType, byte[] body, int mostPictures) {
        MultipartForm form = new MultipartForm(body, boundary(contentType), mostPictures);
        form.read();
        return form.files;
    }

    private static String boundary(HeaderParameters contentType) {
        String boundary = contentType
                .parameter("boundary")
                .orElseThrow(
                        () -> malformed(
                                "Content-Type is multipart/form-data without a boundary: let the client set Content-Type itself"));
        if (boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
            throw malformed(
                    "the boundary in Content-Type has %d characters: give it 1 to 70".formatted(boundary.length()));
        }
        contentType.parameter("charset").filter(charset -> !isKnown(charset)).ifPresent(charset -> {
            throw malformed("the charset in Content-Type is unknown: leave it out, or send utf-8");
        });
        return boundary;
    }

    private static boolean isKnown(String charset) {
        try {
            return charset.equalsIgnoreCase("binary") || Charset.isSupported(charset);
        } catch (IllegalArgumentException notEvenAName) {
            return false;
        }
    }

    private void read() {
        long mostParts = Math.max(LEAST_PART_LIMIT, (long) mostPictures + OTHER_PARTS);
        boolean more = firstDelimiter();
        while (more) {
            if (++parts > mostParts) {
                throw malformed(
                        "the form has more than %d parts: send fewer, or raise --max-pictures (%d), which the limit follows"
                                .formatted(mostParts, mostPictures));
            }
            Map<String, String> headers = headers();
            int start = at;
            int end = contentEnd();
            add(headers, start, end);
            more = behindDelimiter();
        }
    }

    /** Moves behind the first line that is a boundary. @return false when it is the last boundary, too */
    private boolean firstDelimiter() {
        for (int line = 0; line < body.length; line = nextLine(line)) {
            if (isDelimiter(line)) {
                int eol = nextLine(line) - 1;
                crlf = body[Math.min(eol, body.length - 1)] == LF && eol > 0 && body[eol - 1] == CR;
                at = line;
                return behindDelimiter();
            }
        }
        throw malformed(
                "the boundary of Content-Type does not occur in the body: let the client set Content-Type itself");
    }

    private int nextLine(int from) {
        int i = from;
        while (i < body.length && body[i] != LF) {
            i++;
        }
        return i + 1;
    }

    /** Whether a boundary, with nothing but blanks behind it, begins there. */
    private boolean isDelimiter(int from) {
        int end = from + delimiter.length;
        if (end > body.length || !Arrays.equals(body, from, end, delimiter, 0, delimiter.length)) {
            return false;
        }
        if (isClosing(end)) {
            return true;
        }
        while (end < body.length && (body[end] == ' ' || body[end] == '\t')) {
            end++;
        }
        return isLineEnd(end);
    }

    private boolean isLineEnd(int from) {
        boolean bare = from < body.length && body[from] == LF;
        return bare || (from + 1 < body.length && body[from] == CR && body[from + 1] == LF);
    }

    private boolean isClosing(int behindDelimiter) {
        return behindDelimiter + 1 < body.length && body[behindDelimiter] == '-' && body[behindDelimiter + 1] == '-';
    }

    private boolean behindDelimiter() {
        if (isClosing(at + delimiter.length)) {
            return false;
        }
        at = nextLine(at);
        return true;
    }

    /** By their names in lower case; moves behind the empty line. */
    private Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        int start = at;
        String name = "";
        while (at < body.length) {
            int end = nextLine(at);
            if (Math.min(end, body.length) - start > MOST_HEADER_BYTES) {
                throw malformed("the headers of part %d have more than %d bytes: send shorter ones"
                        .formatted(parts, MOST_HEADER_BYTES));
            }
            String line = new String(body, at, Math.min(end, body.length) - at, StandardCharsets.ISO_8859_1);
            at = end;
            if (line.isBlank()) {
                return headers;
            }
            int colon = line.indexOf(':');
            boolean continues = Character.isWhitespace(line.charAt(0));
            if (continues) {
                headers.computeIfPresent(name, (_, value) -> value + " " + line.strip());
            } else if (colon > 0) {
                name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                headers.put(name, line.substring(colon + 1).strip());
            } else {
                throw malformed("a header of part %d has no colon: write 'Name: value'".formatted(parts));
            }
        }
        throw cutOff();
    }

    /** Where the content ends that begins here; moves to the boundary behind it. */
    private int contentEnd() {
        // A part without content has its boundary at once.
        if (isDelimiter(at)) {
            return at;
        }
        for (int i = at; i < body.length; i++) {
            if (body[i] == LF && (!crlf || (i > at && body[i - 1] == CR)) && isDelimiter(i + 1)) {
                int end = crlf ? i - 1 : i;
                at = i + 1;
                return end;
            }
        }
        throw cutOff();
    }

    private void add(Map<String, String> headers, int start, int end) {
        HeaderParameters disposition = HeaderParameters.parse(headers.get("content-disposition"));
        if (!disposition.value().equals("form-data")) {
            String sent = disposition.value().isEmpty()
                    ? "no Content-Disposition"
                    : "another Content-Disposition than form-data";
            throw malformed("part %d has %s: send 'Content-Disposition: form-data; name=…'".formatted(parts, sent));
        }
        boolean named = disposition
                        .parameter("filename")
                        .filter(name -> !name.isEmpty())
                        .isPresent()
                || disposition.parameter("filename*").isPresent();
        boolean isUnselected = !named && start == end;
        if (isUnselected) {
            return;
        }
        byte[] content = Arrays.copyOfRange(body, start, end);
        if (named || disposition.parameter("filename").isPresent() || isPicture(headers, content)) {
            files.add(decoded(headers, content));
        }
    }

    /** Some clients send a picture as if it were a field. */
    private static boolean isPicture(Map<String, String> headers, byte[] content) {
        String type = HeaderParameters.parse(headers.get("content-type")).value();
        return type.startsWith("image/")
                || type.equals("application/octet-stream")
                || PictureHeader.read(content).isPresent();
    }

    private byte[] decoded(Map<String, String> headers, byte[] content) {
        String coding = headers.getOrDefault("content-transfer-encoding", "binary")
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (coding) {
            case "binary", "8bit", "7bit" -> content;
            case "base64" -> {
                try {
                    yield Base64.getMimeDecoder().decode(content);
                } catch (IllegalArgumentException e) {
                    throw malformed(
                            "part %d says that it is base64, and is not: encode it, or leave Content-Transfer-Encoding out"
                                    .formatted(parts));
                }
            }
            default ->
                throw malformed(
                        "the Content-Transfer-Encoding of part %d is not supported: leave it out".formatted(parts));
        };
    }

    private InputRefusedException cutOff() {
        return malformed("the form ends within part %d: send all of it, with the last boundary".formatted(parts));
    }

    private static InputRefusedException malformed(String detail) {
        return new InputRefusedException(Reason.MALFORMED, detail);
    }
}
