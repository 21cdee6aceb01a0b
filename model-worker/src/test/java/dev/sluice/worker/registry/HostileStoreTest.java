package dev.sluice.worker.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an S3 store says of names and places, nothing is read or written outside the cache, and nobody else is asked. */
class HostileStoreTest {
    private static final String FOLDER = "1/models/m/artifacts";

    private HttpServer server;
    private String listing = "";
    private int status = 200;
    private String elsewhere = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = listing.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/xml");
            if (!elsewhere.isEmpty()) {
                exchange.getResponseHeaders().add("Location", elsewhere);
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FOLDER + "/../../outside",
                FOLDER + "/..",
                FOLDER + "//etc/passwd",
                FOLDER + "/a\\b",
                "another/place",
                "/etc/passwd"
            })
    void aNameThatLeavesItsFolderIsRefused(String key) {
        listing = listingOf(key);
        try (S3Artifacts store = store()) {
            assertThrows(CorruptArtifactException.class, () -> store.list(FOLDER, 10));
        }
    }

    @Test
    void aFolderWithoutEndIsRefused() {
        listing = listingOf(FOLDER + "/a", FOLDER + "/b", FOLDER + "/c");
        try (S3Artifacts store = store()) {
            assertThrows(CorruptArtifactException.class, () -> store.list(FOLDER, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no XML",
                "<ListBucketResult>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"
            })
    void nonsenseIsUnavailable(String body) {
        listing = body;
        try (S3Artifacts store = store()) {
            assertThrows(RegistryUnavailableException.class, () -> store.list(FOLDER, 10));
        }
    }

    @Test
    void aStoreThatPointsElsewhereIsNotFollowed() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        other.start();
        status = 307;
        elsewhere = "http://127.0.0.1:%d/secrets".formatted(other.getAddress().getPort());
        try (S3Artifacts store = store()) {
            assertThrows(RegistryUnavailableException.class, () -> store.list(FOLDER, 10));
        } finally {
            other.stop(0);
        }
        assertEquals(0, asked.get());
    }

    private S3Artifacts store() {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return RealS3.seenFrom(url.toString(), Duration.ofSeconds(3));
    }

    private static String listingOf(String... keys) {
        StringBuilder contents = new StringBuilder();
        for (String key : keys) {
            contents.append(
                    "<Contents><Key>%s</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>\"e\"</ETag><Size>5</Size><StorageClass>STANDARD</StorageClass></Contents>"
                            .formatted(key));
        }
        return "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>mlflow</Name><IsTruncated>false</IsTruncated>%s</ListBucketResult>"
                .formatted(contents);
    }
}
