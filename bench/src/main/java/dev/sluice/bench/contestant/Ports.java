package dev.sluice.bench.contestant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Free ports by name: {@code {port}} in a text is the one that is asked, {@code {port.redis}} another. */
public final class Ports {
    private static final String ASKED = "{port}";
    private static final Pattern NAMES = Pattern.compile("\\{port(\\.\\w+)?}");

    private final Map<String, Integer> byName = new HashMap<>();

    public static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** With numbers in place of names. */
    String fill(String text) {
        return NAMES.matcher(text).replaceAll(name -> String.valueOf(number(name.group())));
    }

    InetSocketAddress asked() {
        return loopback(number(ASKED));
    }

    private int number(String name) {
        return byName.computeIfAbsent(name, _ -> free());
    }
}
