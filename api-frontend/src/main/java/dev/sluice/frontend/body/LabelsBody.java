package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code {"truth": […]}}: the label (ground truth) of each item of a job. */
public final class LabelsBody {
    private static final String FORM =
            "send {\"truth\": […]} with one label for each item of the job, and nothing else";
    /** Of the array as text. */
    private static final int MOST_CHARACTERS = 1 << 20;

    private final StrictJson json;
    private final int mostItems;

    public LabelsBody(InputLimits limits) {
        this.json = new StrictJson(limits);
        this.mostItems = limits.rows();
    }

    /**
     * The label of each item.
     *
     * @param items how many there are
     * @param text the JSON array, without blanks
     */
    public record Labels(int items, String text) {}

    /**
     * To be asked before the body is read.
     *
     * @throws InputRefusedException when labels are not taken as that type
     */
    public void requireType(@Nullable String contentType) {
        if (!InputParser.isJson(HeaderParameters.parse(contentType).value())) {
            throw notJson();
        }
    }

    private static InputRefusedException notJson() {
        return InputRefusedException.ofContentType(
                "labels are not sent as JSON: set 'Content-Type: application/json' and " + FORM,
                List.of("application/json"));
    }

    /** @throws InputRefusedException when it has no labels, or too many */
    public Labels read(RequestBody body) {
        if (!(body instanceof RequestBody.Plain(String mediaType, byte[] bytes) && InputParser.isJson(mediaType))) {
            throw notJson();
        }
        JsonNode whole = json.parse(bytes);
        JsonNode labels = whole.path("truth");
        if (!labels.isArray() || labels.isEmpty() || whole.size() > 1) {
            throw new InputRefusedException(Reason.INVALID_LABELS, "the body has no list of labels: " + FORM);
        }
        if (labels.size() > mostItems) {
            throw new InputRefusedException(
                    Reason.TOO_LARGE,
                    "%d labels are more than the most of a request, %d (--max-rows): send the labels of one job"
                            .formatted(labels.size(), mostItems));
        }
        String text = labels.toString();
        if (text.length() > MOST_CHARACTERS) {
            throw new InputRefusedException(
                    Reason.TOO_LARGE,
                    "the labels have %d characters, more than %d: send shorter labels"
                            .formatted(text.length(), MOST_CHARACTERS));
        }
        requireSingleValues(labels);
        return new Labels(labels.size(), text);
    }

    private static void requireSingleValues(JsonNode labels) {
        InputFaults faults = new InputFaults();
        for (int item = 0; item < labels.size(); item++) {
            JsonNode one = labels.get(item);
            if (one.isContainerNode() || isNotFinite(one)) {
                faults.add(
                        item,
                        "truth",
                        "is not a label: send text, a finite number, true or false, or null where it is not known");
            }
        }
        faults.refuseIfAny(Reason.INVALID_LABELS, "the form of a label");
    }

    private static boolean isNotFinite(JsonNode value) {
        return value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue());
    }
}
