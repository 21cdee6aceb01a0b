package dev.sluice.redis;

import dev.sluice.settings.Address;
import dev.sluice.settings.RedisAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import java.util.Optional;

/** Where the Redis is that takes writes. */
interface PrimaryLookup {
    /** Ends in time. */
    Future<Primary> find();

    /** Another Redis than this one that has become the primary since; fails if nobody can say. */
    Future<Optional<Primary>> successorOf(Primary present);

    /** Whether {@link #successorOf} must be asked, because a connection may outlive the role of its server. */
    boolean mayChange();

    /** By the form of the address. */
    static PrimaryLookup of(Vertx vertx, Address address, NetClientOptions network) {
        return switch (RedisAddress.of(address)) {
            case RedisAddress.Server(Address server) -> new FixedServer(new Primary(connectionString(server), "", 0));
            case RedisAddress.Sentinels sentinels -> new SentinelLookup(vertx, sentinels, network);
        };
    }

    /**
     * A Redis to connect to.
     *
     * @param connection for the client only; never print it
     * @param described for messages, empty where the address says it
     * @param epoch of the election that made it the primary; the highest is the latest
     */
    record Primary(String connection, String described, long epoch) {
        @Override
        public String toString() {
            return described;
        }
    }

    /** The address itself. */
    record FixedServer(Primary primary) implements PrimaryLookup {
        @Override
        public Future<Primary> find() {
            return Future.succeededFuture(primary);
        }

        @Override
        public Future<Optional<Primary>> successorOf(Primary present) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public boolean mayChange() {
            return false;
        }
    }

    /** The client decodes a user and a password as form data, where a plus sign is a blank. */
    private static String connectionString(Address address) {
        String full = address.withCredentials();
        int host = full.indexOf('@') + 1;
        return full.substring(0, host).replace("+", "%2B") + full.substring(host);
    }
}
