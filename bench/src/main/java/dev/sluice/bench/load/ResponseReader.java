package dev.sluice.bench.load;

import java.util.Arrays;

/**
 * Finds the end of an HTTP/1.1 response and its status, without making a single object: whatever the generator spends is missing to those
 * who are measured on the same machine. Bodies come with a length or in chunks.
 */
final class ResponseReader {
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};
    private static final byte[] LENGTH = {
        '\n', 'c', 'o', 'n', 't', 'e', 'n', 't', '-', 'l', 'e', 'n', 'g', 't', 'h', ':'
    };

    private byte[] bytes = new byte[2 * 1024];
    private int filled;
    private int bodyAt = -1;
    private int bodyLength;

    /** Room to read into, from {@link #filled()} on. */
    byte[] room() {
        if (filled == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        return bytes;
    }

    int filled() {
        return filled;
    }

    /** @return true once the response is whole */
    boolean arrived(int count) {
        filled += count;
        if (bodyAt < 0) {
            int end = indexOf(END_OF_HEAD, 0, filled);
            if (end < 0) {
                return false;
            }
            bodyAt = end + END_OF_HEAD.length;
            bodyLength = declaredLength(end);
        }
        return bodyLength >= 0 ? filled - bodyAt >= bodyLength : endsWith(LAST_CHUNK);
    }

    int status() {
        return 100 * (bytes[STATUS_AT] - '0') + 10 * (bytes[STATUS_AT + 1] - '0') + bytes[STATUS_AT + 2] - '0';
    }

    boolean bodyHolds(byte[] expected) {
        return indexOf(expected, bodyAt, filled) >= 0;
    }

    /** For the next response on the same connection. */
    void reset() {
        filled = 0;
        bodyAt = -1;
    }

    /** Of the body; -1 when it comes in chunks. */
    private int declaredLength(int headEnd) {
        for (int i = 0; i + LENGTH.length < headEnd; i++) {
            if (isLengthAt(i)) {
                int length = 0;
                for (int at = i + LENGTH.length; at < headEnd && bytes[at] != '\r'; at++) {
                    if (bytes[at] != ' ') {
                        length = 10 * length + bytes[at] - '0';
                    }
                }
                return length;
            }
        }
        return -1;
    }

    private boolean isLengthAt(int from) {
        for (int i = 0; i < LENGTH.length; i++) {
            byte at = bytes[from + i];
            byte lower = at >= 'A' && at <= 'Z' ? (byte) (at + 32) : at;
            if (lower != LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean endsWith(byte[] end) {
        return filled >= end.length && Arrays.equals(bytes, filled - end.length, filled, end, 0, end.length);
    }

    private int indexOf(byte[] wanted, int from, int to) {
        for (int i = from; i + wanted.length <= to; i++) {
            int same = 0;
            while (same < wanted.length && bytes[i + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return i;
            }
        }
        return -1;
    }
}
