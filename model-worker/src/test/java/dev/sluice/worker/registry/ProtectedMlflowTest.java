package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Slow;
import dev.sluice.model.Deployment;
import dev.sluice.settings.Address;
import dev.sluice.worker.models.ModelFolder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real MLflow with its basic authentication, and one behind TLS and a bearer token: REST and artifacts alike. */
@Slow
class ProtectedMlflowTest {
    private static final String USER = "serving";
    private static final String PASSWORD = "p@ss:w/ord#1%";
    private static final String TOKEN = "t0ken-of-this-test";
    private static final Deployment CHAMPION = new Deployment("guarded", Deployment.CHAMPION);

    @TempDir
    static Path home;

    private static RealMlflow mlflow;
    private static BearerProxy proxy;
    private static String version;

    @TempDir
    Path folder;

    private final CacheSpace space = EmptyCache.at(Path.of("nowhere"));

    @BeforeAll
    static void start() throws Exception {
        mlflow = RealMlflow.startProtected(home, USER, PASSWORD);
        proxy = BearerProxy.before(mlflow, TOKEN, home);
        version = mlflow.register(CHAMPION.model(), ModelFolder.summing("a"));
        mlflow.pointAlias(CHAMPION.model(), CHAMPION.alias(), version);
    }

    @AfterAll
    static void stop() throws Exception {
        proxy.close();
        mlflow.stop();
    }

    @Test
    void userAndPasswordOfTheEnvironmentServeBothKindsOfCall() throws Exception {
        requireServed(serverAt(mlflow.url(), user(PASSWORD), Optional.empty()));
    }

    @Test
    void userAndPasswordInTheAddressServeBothKindsOfCall() throws Exception {
        requireServed(serverAt(addressWith(PASSWORD), Map.of(), Optional.empty()));
    }

    @Test
    void theAddressGoesBeforeTheEnvironmentAsInMlflow() throws Exception {
        requireServed(serverAt(addressWith(PASSWORD), user("wrong"), Optional.empty()));
    }

    @Test
    void aTokenAndAPrivateAuthorityServeBothKindsOfCall() throws Exception {
        requireServed(serverAt(proxy.url(), Map.of("MLFLOW_TRACKING_TOKEN", TOKEN), Optional.of(proxy.certificate())));
    }

    @Test
    void withoutTheAuthorityTheFaultNamesTheSetting() throws Exception {
        RegistryFault fault = faultOf(serverAt(proxy.url(), Map.of("MLFLOW_TRACKING_TOKEN", TOKEN), Optional.empty()));
        assertInstanceOf(RegistryFault.Away.class, fault);
        assertTrue(fault.reason().contains("--mlflow-ca"), fault.reason());
        assertFalse(fault.reason().contains(TOKEN), fault.reason());
    }

    @Test
    void aWrongPasswordIsRefusedAndNamesTheSettingsButNotThePassword() throws Exception {
        for (MlflowServer wrong : new MlflowServer[] {
            MlflowServer.at(mlflow.url()),
            serverAt(mlflow.url(), user("wr0ng"), Optional.empty()),
            serverAt(addressWith("wr0ng"), Map.of(), Optional.empty()),
            serverAt(mlflow.url(), Map.of("MLFLOW_TRACKING_TOKEN", "wr0ng"), Optional.empty())
        }) {
            RegistryFault fault = faultOf(wrong);
            assertInstanceOf(RegistryFault.Refused.class, fault);
            assertTrue(fault.reason().contains("MLFLOW_TRACKING_PASSWORD"), fault.reason());
            String text = fault.reason() + wrong;
            assertFalse(text.contains("wr0ng"), text);
            wrong.authorization()
                    .ifPresent(header -> assertFalse(text.contains(header), () -> "encoded, but not hidden: " + text));
        }
    }

    @Test
    void anAddressThatCannotBeReadIsReportedWithoutItsPassword() {
        IllegalArgumentException fault = assertThrows(
                IllegalArgumentException.class,
                () -> serverAt("http://serving:" + PASSWORD + "@localhost:5000", Map.of(), Optional.empty()));
        assertFalse(fault.getMessage().contains("w/ord"), fault.getMessage());
        assertTrue(fault.getMessage().contains("percent-encode"), fault.getMessage());
    }

    @Test
    void aFileWithoutCertificatesIsAFaultOfTheSettings() throws Exception {
        for (String content : new String[] {"no certificate", ""}) {
            Path none = Files.writeString(folder.resolve("none.pem"), content);
            MlflowServer server = serverAt(mlflow.url(), Map.of(), Optional.of(none));
            String fault = assertThrows(IllegalArgumentException.class, server::requireReadableCertificates)
                    .getMessage();
            assertTrue(fault.contains("--mlflow-ca"), fault);
        }
    }

    private static MlflowServer serverAt(String address, Map<String, String> environment, Optional<Path> certificates) {
        return MlflowServer.of(Address.parse(address), environment, certificates);
    }

    private void requireServed(MlflowServer server) throws Exception {
        try (MlflowRegistry registry = new MlflowRegistry(server)) {
            assertEquals(version, registry.aliases().get(CHAMPION).version());
            registry.filesOf(CHAMPION.model(), version).downloadInto(folder, space);
            assertTrue(Files.exists(folder.resolve("model.onnx")));
        }
    }

    private static RegistryFault faultOf(MlflowServer server) {
        try (MlflowRegistry registry = new MlflowRegistry(server)) {
            return assertThrows(RegistryUnavailableException.class, registry::aliases)
                    .fault();
        }
    }

    private static Map<String, String> user(String password) {
        return Map.of("MLFLOW_TRACKING_USERNAME", USER, "MLFLOW_TRACKING_PASSWORD", password);
    }

    private static String addressWith(String password) {
        return mlflow.url()
                .replace("//", "//" + USER + ":" + URLEncoder.encode(password, StandardCharsets.UTF_8) + "@");
    }
}
