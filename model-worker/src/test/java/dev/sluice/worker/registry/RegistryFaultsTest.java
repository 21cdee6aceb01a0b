package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What else may answer at the address of MLflow: each answer is told apart from a server that is away. */
class RegistryFaultsTest {
    private HttpServer server;
    private int status = 200;
    private String contentType = "application/json";
    private String body = "{}";
    private String location = "";
    private final AtomicInteger requests = new AtomicInteger();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.getResponseHeaders().add("Content-Type", contentType);
            if (!location.isEmpty()) {
                exchange.getResponseHeaders().add("Location", location);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | text/html | <html>Sign in</html> | NotMlflow | --mlflow",
                "200 | application/json | [] | NotMlflow | --mlflow",
                "200 | application/json | {\"status\": \"ok\"} | NotMlflow | --mlflow",
                "200 | application/json | {\"registered_models\": 1} | NotMlflow | --mlflow",
                "404 | text/html | <html>404</html> | NotMlflow | path prefix",
                "401 | text/plain | no | Refused | MLFLOW_TRACKING_USERNAME",
                "403 | text/plain | no | Refused | permission",
                "403 | text/plain | Invalid Host header - possible DNS rebinding attack detected | Refused | --allowed-hosts",
                "500 | application/json | {\"error_code\": \"INTERNAL_ERROR\", \"message\": \"disk\"} | Failing | disk",
                "503 | text/html | <html>Maintenance</html> | Away | 503",
                "429 | text/html | slow | Away | 429",
                "404 | application/json | {\"error_code\": \"RESOURCE_DOES_NOT_EXIST\", \"message\": \"none\"} | Gone | none",
            })
    void eachAnswerHasItsFaultAndItsRemedy(int answered, String type, String text, String fault, String named) {
        status = answered;
        contentType = type;
        body = text;
        requireFault(fault, named);
    }

    @Test
    void aLoginPageIsNotFollowedAndItsAddressIsNamedWithoutSecrets() {
        status = 302;
        location = "http://user:s3cret@127.0.0.1:" + server.getAddress().getPort() + "/login?token=s3cret";
        RegistryFault fault = requireFault("NotMlflow", "/login");
        assertFalse(fault.reason().contains("s3cret"), fault.reason());
        assertEquals(1, requests.get());
    }

    @Test
    void anEmptyRegistryIsNoFault() throws Exception {
        try (MlflowRegistry registry = registry()) {
            assertEquals(Map.of(), registry.aliases());
        }
    }

    @Test
    void artifactsOfAServerThatTheSettingsDoNotNameAreRejectedByName() {
        String ours = "127.0.0.1:" + server.getAddress().getPort();
        MlflowServer mlflow = MlflowServer.at("http://" + ours);
        try (ArtifactStores stores =
                new ArtifactStores(mlflow, new MlflowArtifacts(new MlflowHttp(mlflow)), Optional.empty())) {
            for (String foreign :
                    new String[] {"10.0.0.1:5000", "127.0.0.1:1", "127.0.0.1", "user@" + ours + "@x", "[", "%00"}) {
                String address = "mlflow-artifacts://" + foreign + "/1/models/m/artifacts";
                String reason = assertThrows(CorruptArtifactException.class, () -> stores.at(address))
                        .getMessage();
                assertTrue(reason.contains(foreign) && reason.contains("--mlflow"), reason);
            }
            assertEquals("1/models/m", root(stores, "mlflow-artifacts://" + ours + "/1/models/m"));
            assertEquals("1/models/m", root(stores, "mlflow-artifacts:/1/models/m"));
            assertEquals("1/models/m", root(stores, "mlflow-artifacts:///1/models/m"));
        }
        assertEquals(0, requests.get());
    }

    private static String root(ArtifactStores stores, String address) {
        try {
            return stores.at(address).root();
        } catch (CorruptArtifactException e) {
            return e.getMessage();
        }
    }

    private RegistryFault requireFault(String kind, String named) {
        try (MlflowRegistry registry = registry()) {
            RegistryFault fault = assertThrows(RegistryUnavailableException.class, registry::aliases)
                    .fault();
            assertEquals(kind, fault.getClass().getSimpleName(), fault.reason());
            assertTrue(fault.reason().contains(named), fault.reason());
            assertTrue(fault.reason().matches("(?s).+: .+"), fault.reason());
            return fault;
        }
    }

    private MlflowRegistry registry() {
        return new MlflowRegistry(
                MlflowServer.at("http://127.0.0.1:" + server.getAddress().getPort()));
    }
}
