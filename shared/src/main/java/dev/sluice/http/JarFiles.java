package dev.sluice.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Pages and their files from this project's jars: a browser needs no other server. */
public final class JarFiles {
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "png", "image/png",
            "json", "application/json");

    private final Map<String, Buffer> files = new HashMap<>();

    /**
     * Serves the resource under that name.
     *
     * @throws IllegalStateException when the jars are incomplete
     */
    public JarFiles add(String name, String resource) {
        files.put(name, read(resource));
        return this;
    }

    /** Ends the response with that file. @return false, without effect, if the file does not exist */
    public boolean send(HttpServerResponse response, String name) {
        Buffer file = files.get(name);
        if (file == null) {
            return false;
        }
        String ending = name.substring(name.lastIndexOf('.') + 1);
        response.putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPES.getOrDefault(ending, "application/octet-stream"))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(
                        "Content-Security-Policy",
                        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'")
                .putHeader("X-Content-Type-Options", "nosniff");
        PiecewiseAnswer.send(response, file);
        return true;
    }

    /**
     * The folder of a webjar's files in the jars.
     *
     * @param group of its Maven artifact
     */
    public static String webjar(String group, String artifact) {
        Properties properties = new Properties();
        try (InputStream in = open("META-INF/maven/%s/%s/pom.properties".formatted(group, artifact))) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "META-INF/resources/webjars/%s/%s/".formatted(artifact, properties.getProperty("version"));
    }

    public static Buffer read(String resource) {
        try (InputStream in = open(resource)) {
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = JarFiles.class.getClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException(resource + " is missing from the jars");
        }
        return in;
    }
}
