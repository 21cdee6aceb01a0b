package dev.sluice.worker.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** TLS with a certificate that no public authority has signed, and a bearer token, before an MLflow server. */
final class BearerProxy implements AutoCloseable {
    private static final String PASSWORD = "of this test";

    private final HttpsServer server;
    private final Path certificate;

    private BearerProxy(HttpsServer server, Path certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    static BearerProxy before(RealMlflow mlflow, String token, Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("proxy.p12");
        Path certificate = folder.resolve("proxy.pem");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "proxy",
                "-dname",
                "CN=proxy",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-keystore",
                store.toString());
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "proxy",
                "-file",
                certificate.toString(),
                "-keystore",
                store.toString());
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity(store)));
        HttpClient behind = HttpClient.newHttpClient();
        server.createContext("/", exchange -> pass(exchange, mlflow, token, behind));
        server.start();
        return new BearerProxy(server, certificate);
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    /** PEM. */
    Path certificate() {
        return certificate;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void pass(HttpExchange exchange, RealMlflow mlflow, String token, HttpClient behind)
            throws IOException {
        try (exchange) {
            if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            HttpResponse<byte[]> answer = behind.send(
                    HttpRequest.newBuilder(URI.create(mlflow.url() + exchange.getRequestURI()))
                            .header("Authorization", mlflow.authorization())
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().add("Content-Type", type));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static SSLContext identity(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-storepass", PASSWORD));
        command.addAll(List.of(arguments));
        // The name and the action come first.
        command.add(1, command.remove(3));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(output);
        }
    }
}
