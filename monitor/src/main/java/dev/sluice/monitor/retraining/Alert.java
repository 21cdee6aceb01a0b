package dev.sluice.monitor.retraining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * An alert of Alertmanager's webhook (version 4) that asks for a retraining: it fires, and is labelled {@code response="retrain"} and with a model.
 *
 * @param fingerprint the same for the same labels
 */
record Alert(String name, String model, String fingerprint) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 200;

    /** The alerts of the message that request a retraining. @throws IllegalArgumentException when the message is invalid */
    static List<Alert> askingIn(byte[] message) {
        JsonNode alerts;
        try {
            alerts = JSON.readTree(message).path("alerts");
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(
                    "the report is not JSON: send the webhook format of Alertmanager, version 4", e);
        }
        if (!alerts.isArray()) {
            throw new IllegalArgumentException(
                    "the report has no list 'alerts': send the webhook format of Alertmanager, version 4");
        }
        List<Alert> asking = new ArrayList<>();
        for (JsonNode alert : alerts) {
            JsonNode labels = alert.path("labels");
            Alert one = new Alert(text(labels, "alertname"), text(labels, "model"), text(alert, "fingerprint"));
            boolean asks = "firing".equals(text(alert, "status")) && "retrain".equals(text(labels, "response"));
            if (asks && !one.model().isEmpty()) {
                asking.add(one);
            }
        }
        return asking;
    }

    private static String text(JsonNode node, String name) {
        String text = node.path(name).asText("");
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }
}
