package dev.sluice.worker.registry;

import dev.sluice.settings.ServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where MLflow is and how the worker identifies itself, as MLflow's own clients are told: a user and password in the address, else
 * {@code MLFLOW_TRACKING_USERNAME} and {@code MLFLOW_TRACKING_PASSWORD}, else {@code MLFLOW_TRACKING_TOKEN}.
 *
 * @param url without user information and without a slash at its end
 * @param authorization the header of each request; empty for an open server
 * @param certificates PEM file of the authorities to trust; empty for those of the JDK
 */
public record MlflowServer(URI url, Optional<String> authorization, Optional<Path> certificates) {

    /** An open server. */
    public static MlflowServer at(String address) {
        return of(address, Map.of(), Optional.empty());
    }

    /**
     * @param environment of the process
     * @throws IllegalArgumentException when it is no http address; the message does not show its password
     */
    public static MlflowServer of(String address, Map<String, String> environment, Optional<Path> certificates) {
        URI given = parse(address.strip().replaceFirst("/+$", ""));
        return new MlflowServer(
                URI.create(withoutUser(given)),
                Optional.ofNullable(given.getRawUserInfo())
                        .map(MlflowServer::basic)
                        .or(() -> fromEnvironment(environment)),
                certificates);
    }

    /** @throws IllegalArgumentException when the file holds no certificates */
    public void requireReadableCertificates() {
        trust();
    }

    SSLContext trust() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            if (certificates.isEmpty()) {
                context.init(null, null, null);
                return context;
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities(certificates.get()));
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "the certificates of MLflow at %s cannot be read (%s): name a PEM file with --mlflow-ca"
                            .formatted(certificates.map(Path::toString).orElse("the JDK"), e.getMessage()),
                    e);
        }
    }

    /** Whether an authority, {@code host[:port]}, is that of this server. */
    boolean isAt(String authority) {
        URI other = URI.create(url.getScheme() + "://" + authority);
        return other.getHost() != null && host(other).equals(host(url)) && port(other) == port(url);
    }

    /** Without the credentials. */
    @Override
    public String toString() {
        return url.toString();
    }

    private static URI parse(String address) {
        try {
            URI uri = URI.create(address);
            if (uri.getHost() != null && uri.getScheme().matches("https?")) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Its message shows the address with the password.
        }
        throw new IllegalArgumentException(
                "'%s' is not an http address: give one such as http://127.0.0.1:5000, with special characters of a password percent-encoded"
                        .formatted(ServerAddress.withoutUser(address)));
    }

    private static String withoutUser(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
    }

    private static Optional<String> fromEnvironment(Map<String, String> environment) {
        String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
        String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
        String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
        if (!user.isEmpty() && !password.isEmpty()) {
            return Optional.of(basic(user, password));
        }
        return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
    }

    private static String basic(String rawUserInfo) {
        String[] parts = rawUserInfo.split(":", 2);
        return basic(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static KeyStore authorities(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(file)) {
            int count = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + count++, authority);
            }
            if (count == 0) {
                throw new IOException("it holds no certificate");
            }
        }
        return store;
    }

    private static String host(URI uri) {
        return uri.getHost().toLowerCase(Locale.ROOT);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    }
}
