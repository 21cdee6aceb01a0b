package dev.sluice.worker.registry;

import dev.sluice.settings.Address;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
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
        return of(Address.parse(address), Map.of(), Optional.empty());
    }

    /** @param environment of the process */
    public static MlflowServer of(Address address, Map<String, String> environment, Optional<Path> certificates) {
        return new MlflowServer(
                URI.create(address.base()),
                address.credentials()
                        .map(credentials -> basic(credentials.user(), credentials.password()))
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

    private static Optional<String> fromEnvironment(Map<String, String> environment) {
        String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
        String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
        String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
        if (!user.isEmpty() && !password.isEmpty()) {
            return Optional.of(basic(user, password));
        }
        return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
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
