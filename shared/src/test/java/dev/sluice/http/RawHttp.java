package dev.sluice.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends what no HTTP library would, and reads the answers byte by byte. */
public final class RawHttp implements AutoCloseable {
    private static final int HANG_LIMIT_MS = 20_000;

    private final Socket socket;

    /**
     * An answer as it came.
     *
     * @param headers by name in any case; of several with one name, the last
     */
    public record Answer(int status, Map<String, String> headers, String body) {
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    public RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(HANG_LIMIT_MS);
        socket.setTcpNoDelay(true);
    }

    /** One request on a connection of its own, after which the client closes its side; the only answer. */
    public static Answer only(int port, String request) throws IOException {
        return only(port, request.getBytes(StandardCharsets.ISO_8859_1));
    }

    public static Answer only(int port, byte[] request) throws IOException {
        List<Answer> answers = all(port, request);
        if (answers.size() != 1) {
            throw new AssertionError("one answer was expected, not " + answers);
        }
        return answers.getFirst();
    }

    public static List<Answer> all(int port, String requests) throws IOException {
        return all(port, requests.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** All answers to what one connection brings before the client closes its side. */
    public static List<Answer> all(int port, byte[] requests) throws IOException {
        try (RawHttp client = new RawHttp(port)) {
            client.send(requests).endSending();
            return client.answers();
        }
    }

    public RawHttp send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What the server no longer reads is no failure: its answer is. */
    public RawHttp send(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException nobodyReads) {
            return this;
        }
        return this;
    }

    /** Says that nothing more comes, and goes on reading. */
    public RawHttp endSending() throws IOException {
        try {
            socket.shutdownOutput();
        } catch (IOException closedAlready) {
            return this;
        }
        return this;
    }

    /** The next answer, read to the end of its body; {@code head} says that it has none. */
    public Answer answer(boolean head) throws IOException {
        InputStream in = socket.getInputStream();
        String statusLine = line(in);
        if (statusLine.isEmpty()) {
            throw new AssertionError("the connection was closed without an answer");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            headers.put(
                    line.substring(0, line.indexOf(':')),
                    line.substring(line.indexOf(':') + 1).strip());
        }
        int status = Integer.parseInt(statusLine.split(" ", -1)[1]);
        int length = head || status < 200 || status == 204
                ? 0
                : Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
        return new Answer(status, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    public Answer answer() throws IOException {
        return answer(false);
    }

    /** All until the server closes the connection. @throws AssertionError when it does not */
    public List<Answer> answers() throws IOException {
        byte[] all = bytesUntilClosed();
        List<Answer> answers = new ArrayList<>();
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf("\r\n\r\n", at);
            if (end < 0 || !text.startsWith("HTTP/1.", at)) {
                throw new AssertionError("not an answer: " + text.substring(at));
            }
            headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            String[] lines = text.substring(at, end).split("\r\n", -1);
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                headers.put(
                        lines[i].substring(0, colon),
                        lines[i].substring(colon + 1).strip());
            }
            int bodyAt = end + 4;
            int length =
                    Math.min(Integer.parseInt(headers.getOrDefault("Content-Length", "0")), text.length() - bodyAt);
            boolean none = text.startsWith("HTTP/1.", bodyAt);
            length = none ? 0 : length;
            answers.add(new Answer(
                    Integer.parseInt(lines[0].split(" ", -1)[1]),
                    headers,
                    new String(all, bodyAt, length, StandardCharsets.UTF_8)));
            at = bodyAt + length;
        }
        return answers;
    }

    private byte[] bytesUntilClosed() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        try {
            for (int read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                all.write(buffer, 0, read);
            }
        } catch (SocketTimeoutException hangs) {
            throw new AssertionError("the connection stays open after: " + all.toString(StandardCharsets.UTF_8), hangs);
        } catch (IOException reset) {
            return all.toByteArray();
        }
        return all.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
            if (read != '\r') {
                line.append((char) read);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
