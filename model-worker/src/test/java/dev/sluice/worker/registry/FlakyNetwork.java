package dev.sluice.worker.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A TCP relay before a server. It can break off or fall silent in the middle of an answer, as networks do. */
public final class FlakyNetwork implements AutoCloseable {
    /** Kilobytes that come at once. */
    private static final int LARGE = 15;

    private final ServerSocket entrance;
    private final int target;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private volatile Mood mood = Mood.GOOD;

    /** What becomes of answers. */
    public enum Mood {
        GOOD,
        /** Larger answers end in the middle. */
        BREAKS_OFF,
        /** Larger answers stop in the middle, and nobody hangs up. */
        STALLS,
        /** Nothing comes back, and nobody hangs up. */
        SILENT
    }

    private FlakyNetwork(ServerSocket entrance, int target) {
        this.entrance = entrance;
        this.target = target;
    }

    public static FlakyNetwork before(RealMlflow mlflow) throws IOException {
        return before(mlflow.port());
    }

    /** @param port of a server on this machine */
    static FlakyNetwork before(int port) throws IOException {
        FlakyNetwork network = new FlakyNetwork(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
        Thread.ofVirtual().name("relay").start(network::relay);
        return network;
    }

    public String url() {
        return "http://127.0.0.1:" + entrance.getLocalPort();
    }

    /** For connections that are open already, too. */
    public void become(Mood next) {
        mood = next;
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void relay() {
        try {
            while (true) {
                Socket client = entrance.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(server);
                Thread.ofVirtual().start(() -> copy(client, server, false));
                Thread.ofVirtual().start(() -> copy(server, client, true));
            }
        } catch (IOException closed) {
            mood = Mood.GOOD;
        }
    }

    private void copy(Socket from, Socket to, boolean isAnswer) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[1024];
            int full = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (isAnswer && (mood == Mood.SILENT || (mood == Mood.STALLS && full > LARGE))) {
                    continue;
                }
                out.write(buffer, 0, read);
                full = read == buffer.length ? full + 1 : 0;
                if (isAnswer && mood == Mood.BREAKS_OFF && full > LARGE) {
                    return;
                }
            }
        } catch (IOException hungUp) {
            sockets.remove(from);
        }
    }
}
