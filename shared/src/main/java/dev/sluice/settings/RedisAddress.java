package dev.sluice.settings;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The forms in which every process takes the address of Redis. */
public sealed interface RedisAddress {
    /** As settings name them. */
    List<String> SCHEMES = List.of("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel");

    String EXAMPLE = "redis://127.0.0.1:6390";

    /** Of the option. */
    String DESCRIPTION = "Redis that holds the queue: redis://, rediss:// or unix://, or Sentinels that know it,"
            + " redis+sentinel://host:port,host:port/SERVICE.";

    /** One server. */
    record Server(Address address) implements RedisAddress {}

    /**
     * Servers that know which Redis is the primary.
     *
     * @param service the name under which they watch it
     * @param database number of the database
     * @param redis for Redis
     * @param itself for the Sentinels
     */
    record Sentinels(
            List<Address.Host> hosts,
            boolean isEncrypted,
            String service,
            int database,
            Optional<Address.Credentials> redis,
            Optional<Address.Credentials> itself)
            implements RedisAddress {
        private static final int PORT = 26_379;
        private static final String USER = "sentinel-user";
        private static final String PASSWORD = "sentinel-password";
        private static final String FORM = "redis+sentinel://host:port,host:port/SERVICE";

        private static Sentinels of(Address address) {
            List<String> path = address.path();
            if (path.isEmpty()) {
                throw new IllegalArgumentException(
                        "the address names no service: append the name under which the Sentinels know Redis, as in "
                                + FORM);
            }
            if (path.size() > 2) {
                throw new IllegalArgumentException("the address has more than a service and a database: write " + FORM);
            }
            Map<String, String> parameters = address.parameters();
            parameters.keySet().stream()
                    .filter(name -> !Set.of(USER, PASSWORD).contains(name))
                    .findFirst()
                    .ifPresent(name -> {
                        throw new IllegalArgumentException(
                                "the address has a parameter other than %s and %s: leave it out"
                                        .formatted(USER, PASSWORD));
                    });
            if (parameters.containsKey(USER) && !parameters.containsKey(PASSWORD)) {
                throw new IllegalArgumentException(
                        "the address has %s without %s: give both".formatted(USER, PASSWORD));
            }
            return new Sentinels(
                    address.hosts(PORT),
                    address.scheme().startsWith("rediss"),
                    path.getFirst(),
                    path.size() < 2 ? 0 : databaseOf(path.get(1)),
                    address.credentials(),
                    Optional.ofNullable(parameters.get(PASSWORD))
                            .map(password -> new Address.Credentials(parameters.getOrDefault(USER, ""), password)));
        }

        /** Address of a Sentinel for the connecting client only; never print it. */
        public String sentinel(Address.Host host) {
            return connection(host, itself) + "/";
        }

        /** Address of a Redis for the connecting client only; never print it. */
        public String redis(Address.Host host) {
            return connection(host, redis) + "/" + database;
        }

        private String connection(Address.Host host, Optional<Address.Credentials> credentials) {
            return "%s://%s%s"
                    .formatted(
                            isEncrypted ? "rediss" : "redis",
                            credentials
                                    .map(one -> encoded(one.user()) + ":" + encoded(one.password()) + "@")
                                    .orElse(""),
                            host);
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    /** @throws IllegalArgumentException with the fault and the remedy */
    static RedisAddress of(Address address) {
        address.faultUnless(SCHEMES, EXAMPLE).ifPresent(fault -> {
            throw new IllegalArgumentException(fault);
        });
        if (address.scheme().endsWith("+sentinel")) {
            return Sentinels.of(address);
        }
        if (!address.scheme().equals("unix") && !address.path().isEmpty()) {
            databaseOf(address.path().getFirst());
        }
        Optional.ofNullable(address.parameters().get("db")).ifPresent(RedisAddress::databaseOf);
        return new Server(address);
    }

    /** Empty for an address that can be used, otherwise the fault and the remedy. */
    static Optional<String> fault(Address address) {
        try {
            of(address);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static int databaseOf(String text) {
        if (!text.matches("\\d{1,6}")) {
            throw new IllegalArgumentException("the address has a database that is not a number: write one such as 0");
        }
        return Integer.parseInt(text);
    }
}
