package dev.sluice.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An address of a server, {@code scheme://user:password@host:port/path}, or of several servers that know the wanted one,
 * {@code scheme+sentinel://user:password@host:port,host:port/path}. Logs, health bodies and messages show it through
 * {@link #toString()}, which leaves out user, password and query; only {@link #withCredentials()} contains them.
 */
public final class Address {
    private static final String ENCODING_HINT =
            "percent-encode special characters of the user name and password (%40 for @, %2F for /, %23 for #, %25 for %, %3F for ?)";

    /** Only with such a scheme may an address have several hosts. */
    private static final Pattern SEVERAL_HOSTS = Pattern.compile(
            "([^:/?#]+\\+sentinel://)([^/?#]*@)?([^/?#]*)(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final String text;
    /** Those of an address with several hosts differ in the host alone. */
    private final List<URI> uris;

    private final URI uri;

    private Address(String text, List<URI> uris) {
        this.text = text;
        this.uris = List.copyOf(uris);
        this.uri = uris.getFirst();
    }

    /**
     * Parses an address.
     *
     * @throws IllegalArgumentException when it is not one; the message does not contain the text, which may include a password
     */
    public static Address parse(String text) {
        String stripped = text.strip();
        return new Address(
                stripped, oneForEachHost(stripped).map(Address::uriOf).toList());
    }

    private static Stream<String> oneForEachHost(String text) {
        Matcher several = SEVERAL_HOSTS.matcher(text);
        if (!several.matches()) {
            return Stream.of(text);
        }
        String before = several.group(1) + Objects.requireNonNullElse(several.group(2), "");
        return Arrays.stream(several.group(3).split(",", -1)).map(host -> before + host + several.group(4));
    }

    private static URI uriOf(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // Its message and its input contain the text.
            throw new IllegalArgumentException(
                    "the address contains a character that is not allowed: " + ENCODING_HINT);
        }
        if (uri.getScheme() == null || uri.isOpaque()) {
            throw new IllegalArgumentException("the address has no scheme: write scheme://host:port");
        }
        boolean isSocketFile = !SEVERAL_HOSTS.matcher(text).matches()
                && uri.getRawAuthority() == null
                && uri.getRawPath() != null
                && uri.getRawPath().length() > 1;
        if (uri.getHost() == null && !isSocketFile) {
            throw new IllegalArgumentException(
                    "the address has no valid host and port: write scheme://host:port, and " + ENCODING_HINT);
        }
        // An unencoded password ends the host at its own '/', '?' or '#'.
        if (uri.getRawFragment() != null || isAfterHost(uri.getRawPath()) || isAfterHost(uri.getRawQuery())) {
            throw new IllegalArgumentException("the address has '@' or '#' behind its host: " + ENCODING_HINT);
        }
        return uri;
    }

    /** Text from an untrusted writer that may be an address, without user, password and query, so that a message can show it. */
    public static String withoutCredentials(String text) {
        return text.replaceFirst("[?#].*", "").replaceFirst("//.*@", "//");
    }

    private static boolean isAfterHost(@org.jspecify.annotations.Nullable String part) {
        return part != null && part.contains("@");
    }

    /** The address as given, for the connecting client only; never print it. */
    public String withCredentials() {
        return text;
    }

    /** One of the servers of an address. */
    public record Host(String name, int port) {
        @Override
        public String toString() {
            return name + ":" + port;
        }
    }

    /** In the order given; none for a socket file. */
    public List<Host> hosts(int defaultPort) {
        return uris.stream()
                .filter(one -> one.getHost() != null)
                .map(one -> new Host(one.getHost(), one.getPort() < 0 ? defaultPort : one.getPort()))
                .toList();
    }

    /** The steps of the path, decoded; none for {@code /}. */
    public List<String> path() {
        return Arrays.stream(Objects.requireNonNullElse(uri.getRawPath(), "").split("/"))
                .filter(step -> !step.isEmpty())
                .map(Address::decoded)
                .toList();
    }

    /** The parameters of the query, decoded; a value may be a password. */
    public Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : Objects.requireNonNullElse(uri.getRawQuery(), "").split("&")) {
            String[] parts = pair.split("=", 2);
            if (!parts[0].isEmpty()) {
                parameters.put(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return parameters;
    }

    /** The address without a trailing slash. */
    public String base() {
        return toString().replaceFirst("/+$", "");
    }

    /** Lower case. */
    public String scheme() {
        return uri.getScheme().toLowerCase(Locale.ROOT);
    }

    /** User and password, decoded; either may be empty. */
    public Optional<Credentials> credentials() {
        String userInfo = uri.getRawUserInfo();
        if (userInfo == null) {
            return Optional.empty();
        }
        int colon = userInfo.indexOf(':');
        return Optional.of(
                colon < 0
                        ? new Credentials(decoded(userInfo), "")
                        : new Credentials(
                                decoded(userInfo.substring(0, colon)), decoded(userInfo.substring(colon + 1))));
    }

    /** Empty for an address with one of these schemes, otherwise the fault. */
    public Optional<String> faultUnless(List<String> schemes, String example) {
        return schemes.contains(scheme())
                ? Optional.empty()
                : Optional.of("the address does not begin with %s://: write one such as %s"
                        .formatted(String.join(":// or ", schemes), example));
    }

    /** Scheme, host, port and path, without credentials. */
    @Override
    public String toString() {
        String hosts = uris.stream()
                .map(one ->
                        Objects.requireNonNullElse(one.getHost(), "") + (one.getPort() < 0 ? "" : ":" + one.getPort()))
                .collect(Collectors.joining(","));
        return "%s://%s%s".formatted(uri.getScheme(), hosts, Objects.requireNonNullElse(uri.getRawPath(), ""));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address address && address.uris.equals(uris);
    }

    @Override
    public int hashCode() {
        return uris.hashCode();
    }

    /** Of an address. */
    public record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "(hidden)";
        }
    }

    /** A plus sign is literal, because this is not form data. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
