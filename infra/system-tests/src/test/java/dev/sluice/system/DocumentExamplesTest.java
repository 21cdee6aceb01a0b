package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.system.SluiceClient.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** "Try it out" in /docs works as it stands: each example of the document is sent to the demo models. */
@ExtendWith(RunningSluice.Shared.class)
class DocumentExamplesTest {
    private final RunningSluice sluice;

    DocumentExamplesTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void eachExampleOfAPredictionIsPredicted() {
        JsonNode document = sluice.api(1).get("/openapi.json").body();
        String model = document.at("/components/parameters/Model/example").asText();
        int sent = 0;
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            JsonNode examples = path.getValue().at("/post/requestBody/content/application~1json/examples");
            for (Map.Entry<String, JsonNode> example : examples.properties()) {
                Answer answer = sluice.api(1)
                        .postJson(
                                path.getKey().replace("{model}", model),
                                example.getValue().path("value").toString());
                assertEquals(200, answer.status(), path.getKey() + " " + example.getKey() + ": " + answer.text());
                sent++;
            }
        }
        assertTrue(sent >= 9, "the document has examples: " + sent);
    }
}
