package dev.sluice.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A network between one process and Redis that can be cut (nothing arrives, nothing is closed), mended, or broken off. Connections can also
 * fall silent for ever while new ones work, and its name can point to another server.
 */
public final class TcpProxy implements AutoCloseable {
    private final ServerSocket server;
    private final AtomicInteger target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition mended = lock.newCondition();
    private boolean cut;
    private boolean answersLost;

    /** @param target port on loopback */
    public TcpProxy(int target) throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), target);
    }

    /**
     * A host of its own, such as 127.0.0.2.
     *
     * @param target port on loopback
     */
    public TcpProxy(InetSocketAddress host, int target) throws IOException {
        this.target = new AtomicInteger(target);
        this.server = new ServerSocket(host.getPort(), 50, host.getAddress());
        Thread.ofVirtual().name("proxy-accept").start(this::accept);
    }

    public String redisUrl() {
        return "redis://127.0.0.1:" + port();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How many clients have connected so far. */
    public int accepted() {
        return accepted.get();
    }

    /** How many connections have fallen silent and are still open on one side. */
    public int silentConnections() {
        return silent.size();
    }

    /** How many clients are connected. */
    public int connections() {
        return (int) sockets.stream()
                .filter(socket -> socket.getLocalPort() == port())
                .count();
    }

    /** Waits until no more clients than these are connected. */
    public void awaitAtMost(int most) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (connections() > most) {
            if (System.nanoTime() > end) {
                throw new AssertionError("%d connections are left, expected %d".formatted(connections(), most));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** From now on packets vanish both ways, as when a cable is pulled. */
    public void cut() {
        lock.lock();
        try {
            cut = true;
        } finally {
            lock.unlock();
        }
    }

    /** What was on its way arrives now, late. */
    public void mend() {
        lock.lock();
        try {
            cut = false;
            answersLost = false;
            mended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Requests still arrive; answers vanish. */
    public void loseAnswers() {
        lock.lock();
        try {
            answersLost = true;
        } finally {
            lock.unlock();
        }
    }

    /** The connections that there are fall silent for ever, as when their host is lost; new ones work. */
    public void silence() {
        silent.addAll(sockets);
    }

    /** New connections go to another server, as when a name moves. */
    public void moveTo(int port) {
        target.set(port);
    }

    /** Closes every connection; new ones may be made. */
    public void breakOff() {
        sockets.forEach(TcpProxy::close);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mend();
        breakOff();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            passable(false);
            Socket redis = new Socket();
            sockets.add(redis);
            redis.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.get()), 2_000);
            client.setTcpNoDelay(true);
            redis.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> pump(redis, client, true));
            pump(client, redis, false);
        } catch (IOException e) {
            close(client);
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[64 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (passable(answers) && !silent.contains(from)) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException ended) {
            // One side has gone; the other goes with it.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
            silent.remove(from);
            silent.remove(to);
        }
    }

    /** Waits out a cut. @return false when these bytes are lost */
    private boolean passable(boolean answers) {
        lock.lock();
        try {
            while (cut) {
                mended.awaitUninterruptibly();
            }
            return !(answers && answersLost);
        } finally {
            lock.unlock();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
