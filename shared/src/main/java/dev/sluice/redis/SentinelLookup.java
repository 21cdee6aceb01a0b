package dev.sluice.redis;

import dev.sluice.settings.Address;
import dev.sluice.settings.RedisAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks all Sentinels at once which Redis is the primary. The answer of the latest election wins: a Sentinel that was cut off knows an
 * older one. Answers of a majority are enough, so that a silent Sentinel delays nothing.
 */
final class SentinelLookup implements PrimaryLookup {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final RedisAddress.Sentinels address;
    private final NetClientOptions network;

    SentinelLookup(Vertx vertx, RedisAddress.Sentinels address, NetClientOptions network) {
        this.vertx = vertx;
        this.address = address;
        this.network = network;
    }

    @Override
    public boolean mayChange() {
        return true;
    }

    @Override
    public Future<Primary> find() {
        Answers answers = new Answers();
        for (Address.Host sentinel : address.hosts()) {
            ask(sentinel).onComplete(answers::primary, failure -> answers.fault(sentinel, failure));
        }
        return answers.decided.future();
    }

    @Override
    public Future<Optional<Primary>> successorOf(Primary present) {
        return find().map(found -> Optional.of(found).filter(one -> one.epoch() > present.epoch()));
    }

    private Future<Primary> ask(Address.Host sentinel) {
        Redis client = Redis.createClient(
                vertx,
                new RedisOptions()
                        .setConnectionString(address.sentinel(sentinel))
                        .setNetClientOptions(network));
        return client.connect()
                .compose(connection -> Future.all(
                                sentinel(connection, "GET-MASTER-ADDR-BY-NAME"), sentinel(connection, "MASTER"))
                        .map(both -> primary(both.resultAt(0), both.resultAt(1))))
                .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(_ -> client.close());
    }

    private Future<Response> sentinel(RedisConnection connection, String question) {
        return connection.send(Request.cmd(Command.SENTINEL).arg(question).arg(address.service()));
    }

    /** The place comes from the first question, which names the new primary as soon as it is promoted. */
    private Primary primary(Response place, Response state) {
        String name = place.get(0).toString();
        Address.Host host = new Address.Host(
                name.contains(":") ? "[" + name + "]" : name, place.get(1).toInteger());
        return new Primary(
                address.redis(host),
                "Sentinel names %s as the primary of '%s'".formatted(host, address.service()),
                state.get("config-epoch").toLong());
    }

    /** Of one round of questions; all arrive on one event loop. */
    private final class Answers {
        private final Promise<Primary> decided = Promise.promise();
        private final List<Primary> primaries = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private int refusals;

        void primary(Primary primary) {
            primaries.add(primary);
            decide();
        }

        void fault(Address.Host sentinel, Throwable failure) {
            String reason = String.valueOf(failure.getMessage());
            faults.add(faultOf(sentinel, reason));
            refusals += RedisFault.of(reason) == RedisFault.WRONG_PASSWORD ? 1 : 0;
            decide();
        }

        private void decide() {
            int asked = address.hosts().size();
            if (primaries.size() <= asked / 2 && primaries.size() + faults.size() < asked) {
                return;
            }
            primaries.stream()
                    .max(Comparator.comparingLong(Primary::epoch))
                    .ifPresentOrElse(
                            decided::tryComplete,
                            () -> decided.tryFail(new ConnectAttempts.NoPrimaryException(
                                    String.join("; ", faults), refusals == asked)));
        }

        private String faultOf(Address.Host sentinel, String failure) {
            if (failure.startsWith("ERR No such master")) {
                return "the Sentinel at %s does not know the service '%s': correct its name in --redis"
                        .formatted(sentinel, address.service());
            }
            if (failure.startsWith("NOAUTH")) {
                return "the Sentinel at %s requires a password: append ?sentinel-password=… to --redis"
                        .formatted(sentinel);
            }
            if (failure.startsWith("WRONGPASS")) {
                return "the Sentinel at %s refuses the login: correct sentinel-user and sentinel-password in --redis"
                        .formatted(sentinel);
            }
            return "the Sentinel at %s does not answer (%s): check that it runs".formatted(sentinel, failure);
        }
    }
}
