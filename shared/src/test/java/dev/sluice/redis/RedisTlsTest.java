package dev.sluice.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.Slow;
import dev.sluice.chaos.TestPorts;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rediss://}: a real Redis whose certificate is for localhost, trusted by the JVM's own store. */
@Slow
class RedisTlsTest {
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static RealRedis redis;
    private static int tlsPort;

    private Vertx vertx;

    @BeforeAll
    static void startRedis() throws Exception {
        assumeTrue(RealRedis.onPath().isPresent(), "there is no redis-server on the PATH");
        assumeTrue(makeCertificate(), "there is no openssl on the PATH");
        tlsPort = TestPorts.take();
        redis = RealRedis.start(
                "--tls-port", String.valueOf(tlsPort),
                "--tls-cert-file", folder.resolve("cert.pem").toString(),
                "--tls-key-file", folder.resolve("key.pem").toString(),
                "--tls-ca-cert-file", folder.resolve("cert.pem").toString(),
                "--tls-auth-clients", "no");
        trustIt();
    }

    @AfterAll
    static void stopRedis() {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(TRUST_STORE + "Password");
        if (redis != null) {
            redis.close();
        }
    }

    @BeforeEach
    void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stopVertx() throws Exception {
        Futures.await(vertx.close());
    }

    @Test
    void aTrustedServerIsSpokenTo() throws Exception {
        RedisLink link = RedisLink.open(vertx, "rediss://localhost:" + tlsPort, "tls", Duration.ofSeconds(2));
        connected(link);
        assertEquals("PONG", Futures.await(link.send(Request.cmd(Command.PING))).toString());
    }

    @Test
    void aCertificateForAnotherNameIsNotTaken() throws Exception {
        RedisLink link = RedisLink.open(vertx, "rediss://127.0.0.1:" + tlsPort, "tls", Duration.ofSeconds(2));
        boolean taken;
        try {
            link.connected().toCompletionStage().toCompletableFuture().get(2, TimeUnit.SECONDS);
            taken = true;
        } catch (TimeoutException refused) {
            taken = false;
        }
        assertFalse(taken);
    }

    private static void connected(RedisLink link) throws Exception {
        Futures.await(link.connected());
    }

    private static boolean makeCertificate() throws Exception {
        try {
            return new ProcessBuilder(
                                    "openssl",
                                    "req",
                                    "-x509",
                                    "-newkey",
                                    "rsa:2048",
                                    "-nodes",
                                    "-days",
                                    "2",
                                    "-subj",
                                    "/CN=localhost",
                                    "-addext",
                                    "subjectAltName=DNS:localhost",
                                    "-keyout",
                                    folder.resolve("key.pem").toString(),
                                    "-out",
                                    folder.resolve("cert.pem").toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (java.io.IOException notThere) {
            return false;
        }
    }

    private static void trustIt() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream certificate = Files.newInputStream(folder.resolve("cert.pem"))) {
            store.setCertificateEntry(
                    "redis", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
        }
        Path file = folder.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        System.setProperty(TRUST_STORE, file.toString());
        System.setProperty(TRUST_STORE + "Password", PASSWORD);
    }
}
