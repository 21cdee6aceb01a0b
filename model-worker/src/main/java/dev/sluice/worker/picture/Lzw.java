package dev.sluice.worker.picture;

/** GIF's compression: codes of growing length, lowest bit first. */
final class Lzw {
    private static final int MOST_CODES = 4096;
    private static final int MOST_BITS = 12;
    private static final int NONE = -1;

    private final int[] prefix = new int[MOST_CODES];
    private final byte[] suffix = new byte[MOST_CODES];
    private final byte[] stack = new byte[MOST_CODES + 1];
    private final byte[] packed;
    private final int clear;

    private int at;
    private int buffer;
    private int buffered;

    private int next;
    private int bits;
    private int previous;
    /** Of the colours that the previous code stands for. */
    private byte first;

    /** @param rootBits of a colour's index */
    Lzw(byte[] packed, int rootBits) {
        this.packed = packed;
        this.clear = 1 << rootBits;
        forget();
    }

    /** Fills the array; false when the codes end before it is full, or one of them is impossible. */
    boolean unpackInto(byte[] indices) {
        int filled = 0;
        while (filled < indices.length) {
            int code = code();
            if (code == clear) {
                forget();
            } else if (isPossible(code)) {
                filled = write(code, indices, filled);
                learn();
                previous = code;
            } else {
                return false;
            }
        }
        return true;
    }

    private void forget() {
        next = clear + 2;
        bits = Integer.numberOfTrailingZeros(clear) + 1;
        previous = NONE;
    }

    private boolean isPossible(int code) {
        boolean colour = code >= 0 && code < clear;
        boolean known = previous != NONE && code > clear + 1 && code <= next && code < MOST_CODES;
        return colour || known;
    }

    /** A code that is just about to be known stands for the previous one and the first colour of that. */
    private int write(int code, byte[] indices, int from) {
        int depth = 0;
        int part = code;
        if (code == next) {
            stack[depth++] = first;
            part = previous;
        }
        while (part >= clear) {
            stack[depth++] = suffix[part];
            part = prefix[part];
        }
        first = (byte) part;
        stack[depth++] = first;
        int to = from;
        while (depth > 0 && to < indices.length) {
            indices[to++] = stack[--depth];
        }
        return to;
    }

    private void learn() {
        if (previous != NONE && next < MOST_CODES) {
            prefix[next] = previous;
            suffix[next] = first;
            next++;
            if (next == (1 << bits) && bits < MOST_BITS) {
                bits++;
            }
        }
    }

    /** -1 when there is none left. */
    private int code() {
        while (buffered < bits) {
            if (at == packed.length) {
                return NONE;
            }
            buffer |= (packed[at++] & 0xFF) << buffered;
            buffered += Byte.SIZE;
        }
        int code = buffer & ((1 << bits) - 1);
        buffer >>>= bits;
        buffered -= bits;
        return code;
    }
}
