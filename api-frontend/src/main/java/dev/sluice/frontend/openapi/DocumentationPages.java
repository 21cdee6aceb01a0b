package dev.sluice.frontend.openapi;

import dev.sluice.http.PiecewiseAnswer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/** The OpenAPI document and the pages of Swagger UI around it, all out of this project's own jars. */
public final class DocumentationPages {
    /** Where the document is served. */
    public static final String DOCUMENT = "/openapi.json";

    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "png", "image/png",
            "json", "application/json");
    private static final String[] FROM_SWAGGER_UI = {
        "swagger-ui.css", "swagger-ui-bundle.js", "favicon-16x16.png", "favicon-32x32.png"
    };

    private final Map<String, Buffer> files = new HashMap<>();

    /** @throws IllegalStateException when the jars are not whole */
    public DocumentationPages() {
        String swaggerUi = "META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/";
        for (String file : FROM_SWAGGER_UI) {
            files.put(file, read(swaggerUi + file));
        }
        files.put("index.html", read("dev/sluice/frontend/openapi/index.html"));
        files.put("show-document.js", read("dev/sluice/frontend/openapi/show-document.js"));
        files.put("management.json", read("dev/sluice/frontend/openapi/management.json"));
        files.put("openapi.json", read("dev/sluice/frontend/openapi/openapi.json"));
    }

    public void document(RoutingContext exchange) {
        send(exchange, "openapi.json");
    }

    /** That of the management port. */
    public void managementDocument(RoutingContext exchange) {
        send(exchange, "management.json");
    }

    public void index(RoutingContext exchange) {
        send(exchange, "index.html");
    }

    /** A file that belongs to the index. @return false when there is none of that name */
    public boolean file(RoutingContext exchange, String name) {
        return Optional.ofNullable(files.get(name))
                .map(_ -> {
                    send(exchange, name);
                    return true;
                })
                .orElse(false);
    }

    private void send(RoutingContext exchange, String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1);
        exchange.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPES.getOrDefault(ending, "application/octet-stream"))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(
                        "Content-Security-Policy",
                        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'")
                .putHeader("X-Content-Type-Options", "nosniff");
        PiecewiseAnswer.send(exchange.response(), Objects.requireNonNull(files.get(name)));
    }

    private static String swaggerUiVersion() {
        Properties properties = new Properties();
        try (InputStream in = open("META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static Buffer read(String resource) {
        try (InputStream in = open(resource)) {
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = DocumentationPages.class.getClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException(resource + " is missing from the jars");
        }
        return in;
    }
}
