package dev.sluice.redis;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.TestPorts;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Brings a Redis into each state in which it executes no writes of the default user, and out of it. It logs in as a user of its own. */
public final class RedisTrouble implements AutoCloseable {
    private static final String ADMIN = "admin";

    private final RealRedis redis;
    private final Vertx vertx = Vertx.vertx();
    private final RedisHand hand;

    public RedisTrouble(RealRedis redis) {
        this.redis = redis;
        connect(redis.url()).command("ACL", "SETUSER", ADMIN, "on", ">" + ADMIN, "~*", "&*", "+@all");
        this.hand = connect("redis://%s:%s@127.0.0.1:%d".formatted(ADMIN, ADMIN, redis.port()));
    }

    /** Without a link, which would leave a replica. */
    private RedisHand connect(String url) {
        return new RedisHand(Futures.await(Redis.createClient(vertx, url).connect()));
    }

    /** Sends a command as the administrator. */
    public String command(String name, Object... args) {
        return hand.command(name, args);
    }

    public void begin(RedisFault fault) throws IOException, InterruptedException {
        switch (fault) {
            case OUT_OF_MEMORY -> command("CONFIG", "SET", "maxmemory", "1");
            case TOO_FEW_REPLICAS -> command("CONFIG", "SET", "min-replicas-to-write", "1");
            case READ_ONLY -> command("REPLICAOF", "127.0.0.1", TestPorts.take());
            case DISK -> redis.fillDisk();
            case MISSING_RIGHT -> command("ACL", "SETUSER", "default", "-eval", "-evalsha");
            case WRONG_PASSWORD -> {
                command("ACL", "SETUSER", "default", "resetpass", ">another");
                command("CLIENT", "KILL", "USER", "default");
            }
            case BUSY -> {
                command("CONFIG", "SET", "lua-time-limit", "100");
                runEndlessScript();
            }
            default -> throw new IllegalArgumentException(fault + " is not brought about here");
        }
    }

    public void end(RedisFault fault) throws IOException, InterruptedException {
        switch (fault) {
            case OUT_OF_MEMORY -> command("CONFIG", "SET", "maxmemory", "0");
            case TOO_FEW_REPLICAS -> command("CONFIG", "SET", "min-replicas-to-write", "0");
            case READ_ONLY -> command("REPLICAOF", "NO", "ONE");
            case DISK -> redis.freeDisk();
            case MISSING_RIGHT -> command("ACL", "SETUSER", "default", "+@all");
            case WRONG_PASSWORD -> command("ACL", "SETUSER", "default", "nopass");
            case BUSY -> command("SCRIPT", "KILL");
            default -> throw new IllegalArgumentException(fault + " is not brought about here");
        }
    }

    private void runEndlessScript() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            send(socket, "AUTH %s %s".formatted(ADMIN, ADMIN));
            var _ = socket.getInputStream().readNBytes("+OK\r\n".length());
            send(socket, "EVAL \"while true do end\" 0");
        }
    }

    private static void send(Socket socket, String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        Futures.await(vertx.close());
    }
}
