package dev.sluice.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ports for the servers that tests start. A port that the system proposes may be another process's by the time a server binds it; these
 * lie below the range that the system hands out, each is locked for the life of this JVM against all other tests on the machine
 * (training/tests/ports.py keeps to the same locks), and a server that was stopped gets its port again.
 */
public final class TestPorts {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    /** So that test runs which start side by side do not try the same ports first. */
    private static final int STRIDE = 97;

    private static final List<FileLock> HELD = new ArrayList<>();
    private static int next = (int) (ProcessHandle.current().pid() * STRIDE % COUNT);

    private TestPorts() {}

    /** One that nobody else listens on, and no other test will be given. */
    public static synchronized int take() {
        for (int tried = 0; tried < COUNT; tried++) {
            int port = FIRST + next;
            next = (next + 1) % COUNT;
            if (isTaken(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port from %d to %d is free".formatted(FIRST, FIRST + COUNT - 1));
    }

    private static boolean isTaken(int port) {
        try {
            Path folder =
                    Files.createDirectories(Path.of("/tmp", "sluice-test-ports-" + System.getProperty("user.name")));
            FileChannel file = FileChannel.open(
                    folder.resolve(String.valueOf(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = file.tryLock();
            if (lock == null || isListenedOn(port)) {
                file.close();
                return false;
            }
            return HELD.add(lock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isListenedOn(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return !socket.isBound();
        } catch (IOException taken) {
            return true;
        }
    }
}
