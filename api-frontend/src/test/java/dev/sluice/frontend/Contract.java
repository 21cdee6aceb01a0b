package dev.sluice.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The OpenAPI document, against which every answer that a test receives is held. */
final class Contract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(VersionFlag.V202012);

    private final JsonNode document;

    /** @param name of the document's file */
    Contract(String name) {
        try (InputStream in = Contract.class.getResourceAsStream("/dev/sluice/frontend/openapi/" + name)) {
            this.document = JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode document() {
        return document;
    }

    /** The answer's status, content type, headers and body must be described for its operation. */
    void hold(String method, String path, Answer answer) {
        Optional<JsonNode> operation = operation(method, path);
        if (operation.isEmpty()) {
            assertTrue(
                    answer.status() == 404 || answer.status() == 405,
                    "%s %s is not in the document".formatted(method, path));
            validate(document.at("/components/schemas/Problem"), answer, "problem of an unknown address");
            return;
        }
        String what = "%s %s → %d".formatted(method, path, answer.status());
        JsonNode response = resolve(operation.get().path("responses").path(String.valueOf(answer.status())));
        assertFalse(response.isMissingNode(), what + " is not in the document: " + answer.text());
        JsonNode content = response.path("content").path(answer.mediaType());
        assertFalse(content.isMissingNode(), what + " has content of type " + answer.mediaType());
        response.path("headers").properties().stream()
                .filter(header -> resolve(header.getValue()).path("required").asBoolean(true))
                .forEach(header -> checkHeader(header.getKey(), answer, what));
        if (answer.mediaType().endsWith("json")) {
            validate(content.path("schema"), answer, what);
        }
    }

    /** Some problems come without a time to try again, or name one of two remedies; all else that is promised must be there. */
    private static void checkHeader(String header, Answer answer, String what) {
        boolean optional = (header.equals("Retry-After") && answer.status() == 503)
                || (header.startsWith("Accept") && answer.status() == 415);
        assertTrue(optional || !answer.header(header).isEmpty(), what + " lacks the header " + header);
    }

    private void validate(JsonNode schema, Answer answer, String what) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("allOf").add(schema);
        root.set("components", document.path("components"));
        try {
            Set<ValidationMessage> faults = SCHEMAS.getSchema(root).validate(JSON.readTree(answer.text()));
            assertEquals(Set.of(), faults, what + ": " + answer.text());
        } catch (JsonProcessingException e) {
            throw new AssertionError(what + " is not JSON: " + answer.text(), e);
        }
    }

    private Optional<JsonNode> operation(String method, String path) {
        String plain = path.replaceFirst("\\?.*", "").replaceFirst("(.)/$", "$1");
        for (Map.Entry<String, JsonNode> entry : document.path("paths").properties()) {
            if (plain.matches(entry.getKey().replaceAll("\\{\\w+}", "[^/]+"))) {
                return Optional.ofNullable(entry.getValue().get(method.toLowerCase(Locale.ROOT)));
            }
        }
        return Optional.empty();
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }
}
