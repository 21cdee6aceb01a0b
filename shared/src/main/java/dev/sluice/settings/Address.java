package dev.sluice.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * An address of a server, {@code scheme://user:password@host:port/path}. Logs, health bodies and messages show it through
 * {@link #toString()}, which leaves out user, password and query; only {@link #withCredentials()} contains them.
 */
public final class Address {
    private static final String ENCODING_HINT =
            "percent-encode special characters of the user name and password (%40 for @, %2F for /, %23 for #, %25 for %, %3F for ?)";

    private final URI uri;

    private Address(URI uri) {
        this.uri = uri;
    }

    /**
     * Parses an address.
     *
     * @throws IllegalArgumentException when it is not one; the message does not contain the text, which may include a password
     */
    public static Address parse(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            // Its message and its input contain the text.
            throw new IllegalArgumentException(
                    "the address contains a character that is not allowed: " + ENCODING_HINT);
        }
        if (uri.getScheme() == null || uri.isOpaque()) {
            throw new IllegalArgumentException("the address has no scheme: write scheme://host:port");
        }
        boolean isSocketFile = uri.getRawAuthority() == null
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
        return new Address(uri);
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
        return uri.toString();
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
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String host = Objects.requireNonNullElse(uri.getHost(), "");
        return "%s://%s%s%s".formatted(uri.getScheme(), host, port, Objects.requireNonNullElse(uri.getRawPath(), ""));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address address && address.uri.equals(uri);
    }

    @Override
    public int hashCode() {
        return uri.hashCode();
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
