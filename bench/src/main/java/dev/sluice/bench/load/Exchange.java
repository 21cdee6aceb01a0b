package dev.sluice.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is asked, always the same, and what a right answer holds.
 *
 * @param request head and body, as they go over the wire
 * @param expected bytes that stand somewhere in a right answer's body
 */
public record Exchange(byte[] request, byte[] expected) {

    /** A POST over HTTP/1.1 with a connection that is kept. */
    public static Exchange post(
            String path, String contentType, byte[] body, Map<String, String> headers, String expected) {
        StringBuilder head = new StringBuilder(
                "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
                        .formatted(path, contentType, body.length));
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[start.length + body.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return new Exchange(whole, expected.getBytes(StandardCharsets.UTF_8));
    }

    /** For connections to share. */
    ByteBuffer onTheWire() {
        return ByteBuffer.allocateDirect(request.length).put(request).flip();
    }
}
