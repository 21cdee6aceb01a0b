package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frontend.body.InputRefusedException.Reason;

/** {@code {"truth": […]}}: what was true of each item of a job. */
public final class TruthBody {
    /** Of the array as text. */
    private static final int MOST_CHARACTERS = 1 << 20;

    private final StrictJson json;
    private final int mostItems;

    public TruthBody(InputLimits limits) {
        this.json = new StrictJson(limits.bodyBytes());
        this.mostItems = limits.rows();
    }

    /**
     * What was true of each item.
     *
     * @param items how many there are
     * @param text the JSON array, without blanks
     */
    public record Truth(int items, String text) {}

    /** @throws InputRefusedException when it says nothing of any item */
    public Truth read(RequestBody body) {
        if (!(body instanceof RequestBody.Plain(String mediaType, byte[] bytes) && InputParser.isJson(mediaType))) {
            throw new InputRefusedException(
                    Reason.WRONG_CONTENT_TYPE, "send it as JSON with 'Content-Type: application/json'");
        }
        JsonNode whole = json.parse(bytes);
        JsonNode truth = whole.path("truth");
        if (!truth.isArray() || truth.isEmpty() || whole.size() > 1) {
            throw new InputRefusedException(
                    Reason.INVALID_TRUTH,
                    "send {\"truth\": […]} with an entry for each item of the job, and nothing else");
        }
        String text = truth.toString();
        if (truth.size() > mostItems || text.length() > MOST_CHARACTERS) {
            throw new InputRefusedException(
                    Reason.TOO_LARGE,
                    "the truth of at most %d items and %d characters is taken".formatted(mostItems, MOST_CHARACTERS));
        }
        requireSingleValues(truth);
        return new Truth(truth.size(), text);
    }

    private static void requireSingleValues(JsonNode truth) {
        InputFaults faults = new InputFaults();
        for (int item = 0; item < truth.size(); item++) {
            JsonNode one = truth.get(item);
            if (one.isContainerNode() || isNoNumber(one)) {
                faults.add(item, "truth", "is a label, a number, true or false, or null where it is not known");
            }
        }
        faults.refuseIfAny(Reason.INVALID_TRUTH, "what can be true of an item");
    }

    private static boolean isNoNumber(JsonNode value) {
        return value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue());
    }
}
