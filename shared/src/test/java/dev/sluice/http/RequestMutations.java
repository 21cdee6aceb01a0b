package dev.sluice.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Requests made from good ones by changing some of their bytes; the same for the same seed. */
public final class RequestMutations {
    private static final List<String> FRAGMENTS = List.of(
            "\r\n",
            "\n",
            "\r",
            "\0",
            " ",
            "\t",
            ":",
            ";",
            "=",
            "\"",
            ",",
            "%",
            "%zz",
            "%00",
            "/",
            "//",
            "/../",
            "?",
            "-",
            "--",
            "0",
            "ffffffff",
            "7fffffff",
            "-1",
            "99999999999999999999",
            "é",
            "\u00ff",
            "chunked",
            "gzip",
            "identity",
            "Host: y\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Content-Length: 3\r\n",
            "Expect: 100-continue\r\n",
            "Expect: more\r\n",
            "HTTP/1.0",
            "HTTP/2.0",
            "HTTP/1.2",
            "HEAD ",
            "OPTIONS ",
            "CONNECT ",
            "* ",
            "\r\n\r\n",
            "0\r\n\r\n",
            ";a=b",
            ";a=\"b",
            "--XyZ\r\n",
            "--XyZ--",
            "boundary=",
            "charset=klingon",
            "filename*=UTF-8''a");

    private final Random random;

    public RequestMutations(long seed) {
        random = new Random(seed);
    }

    /** With one or two changes. */
    public byte[] of(List<byte[]> good) {
        byte[] mutated = good.get(random.nextInt(good.size())).clone();
        int changes = 1 + random.nextInt(2);
        for (int i = 0; i < changes && mutated.length > 0; i++) {
            mutated = changed(mutated, good);
        }
        return mutated;
    }

    private byte[] changed(byte[] bytes, List<byte[]> good) {
        // Half of the changes fall into the head, which is short.
        int within = random.nextBoolean() ? Math.min(bytes.length, 300) : bytes.length;
        int at = random.nextInt(within);
        int length = 1 + random.nextInt(Math.min(16, bytes.length - at));
        return switch (random.nextInt(7)) {
            case 0 -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> {
                byte[] replaced = bytes.clone();
                replaced[at] = (byte) random.nextInt(256);
                yield replaced;
            }
            case 2 -> joined(bytes, at, new byte[0], at + length);
            case 3 -> joined(bytes, at, fragment(), at);
            case 4 -> joined(bytes, at, fragment(), at + length);
            case 5 -> joined(bytes, at + length, java.util.Arrays.copyOfRange(bytes, at, at + length), at + length);
            default -> {
                byte[] other = good.get(random.nextInt(good.size()));
                int from = random.nextInt(other.length);
                yield random.nextInt(8) == 0
                        ? java.util.Arrays.copyOf(bytes, at)
                        : joined(
                                bytes,
                                at,
                                java.util.Arrays.copyOfRange(other, from, Math.min(other.length, from + length)),
                                at + length);
            }
        };
    }

    private byte[] fragment() {
        return FRAGMENTS.get(random.nextInt(FRAGMENTS.size())).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] joined(byte[] bytes, int to, byte[] between, int from) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, to);
        out.writeBytes(between);
        out.write(bytes, from, bytes.length - from);
        return out.toByteArray();
    }
}
