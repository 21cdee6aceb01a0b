package dev.sluice.frontend.openapi;

import dev.sluice.http.JarFiles;
import io.vertx.ext.web.RoutingContext;

/** The OpenAPI document and the pages of Swagger UI around it. */
public final class DocumentationPages {
    /** Where the document is served. */
    public static final String DOCUMENT = "/openapi.json";

    private static final String OURS = "dev/sluice/frontend/openapi/";
    private static final String[] FROM_SWAGGER_UI = {
        "swagger-ui.css", "swagger-ui-bundle.js", "favicon-16x16.png", "favicon-32x32.png"
    };

    private final JarFiles files = new JarFiles();

    /** @throws IllegalStateException when the jars are not whole */
    public DocumentationPages() {
        String swaggerUi = JarFiles.webjar("org.webjars", "swagger-ui");
        for (String file : FROM_SWAGGER_UI) {
            files.add(file, swaggerUi + file);
        }
        for (String file : new String[] {"index.html", "show-document.js", "management.json", "openapi.json"}) {
            files.add(file, OURS + file);
        }
    }

    public void document(RoutingContext exchange) {
        files.send(exchange.response(), "openapi.json");
    }

    /** That of the management port. */
    public void managementDocument(RoutingContext exchange) {
        files.send(exchange.response(), "management.json");
    }

    public void index(RoutingContext exchange) {
        files.send(exchange.response(), "index.html");
    }

    /** A file that belongs to the index. @return false when there is none of that name */
    public boolean file(RoutingContext exchange, String name) {
        return files.send(exchange.response(), name);
    }
}
