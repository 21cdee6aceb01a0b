package dev.sluice.answer;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sluice.job.Failure;
import dev.sluice.job.ItemResult;
import dev.sluice.job.ItemResults;
import dev.sluice.model.OutputRole;
import dev.sluice.model.VersionRecord;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the answer to one item as a line of JSON, by the roles of the outputs. Numbers that JSON does not have are null. Safe for several
 * threads.
 */
public final class AnswerWriter {
    private final VersionRecord version;
    private final List<String> quotedLabels;

    /** @param version that has computed the results; {@link VersionRecord#UNKNOWN} if it is not known any more */
    public AnswerWriter(VersionRecord version) {
        this.version = version;
        this.quotedLabels = version.labels().stream().map(AnswerWriter::quoted).toList();
    }

    public VersionRecord version() {
        return version;
    }

    /** @param item without a failure */
    public void append(StringBuilder json, ItemResults results, int item) {
        switch (results) {
            case ItemResults.Lines lines ->
                json.append(((ItemResult.Prediction) lines.items().get(item)).json());
            case ItemResults.Tensors tensors -> append(json, tensors.outputs(), tensors.row(item));
        }
    }

    public String line(ItemResults results, int item) {
        StringBuilder json = new StringBuilder(64);
        append(json, results, item);
        return json.toString();
    }

    /** Answers written out, as APIs up to schema 1 take them. */
    public ItemResults.Lines lines(ItemResults.Tensors results) {
        List<ItemResult> lines = new ArrayList<>(results.size());
        for (int item = 0; item < results.size(); item++) {
            Optional<Failure> failure = results.failure(item);
            lines.add(
                    failure.isPresent()
                            ? new ItemResult.Failed(failure.get())
                            : new ItemResult.Prediction(line(results, item)));
        }
        return new ItemResults.Lines(lines);
    }

    private void append(StringBuilder json, List<Tensor> outputs, int row) {
        Tensor first = outputs.getFirst();
        int width = first.width();
        boolean isReadByRole = outputs.size() == 1 && first.datatype().kind() == Datatype.Kind.REAL;
        OutputRole role = isReadByRole ? roleOf(first) : OutputRole.PLAIN;
        if (role == OutputRole.SCORES && width == quotedLabels.size()) {
            appendScores(json, first, row * width);
        } else if (role == OutputRole.VALUE && width == 1) {
            appendNumber(json.append("{\"value\":"), first, row).append('}');
        } else {
            appendPlain(json, outputs, row);
        }
    }

    private OutputRole roleOf(Tensor output) {
        return version.outputs().stream()
                .filter(known -> known.name().equals(output.name()))
                .findFirst()
                .map(known -> known.role())
                .orElse(OutputRole.PLAIN);
    }

    private void appendScores(StringBuilder json, Tensor scores, int start) {
        int classes = quotedLabels.size();
        int[] best = best(scores, start, classes, version.top() == 0 ? 1 : Math.min(version.top(), classes));
        appendClass(json.append('{'), scores, start, best[0]);
        if (version.top() == 0) {
            json.append(",\"probabilities\":{");
            for (int i = 0; i < classes; i++) {
                json.append(i == 0 ? "" : ",").append(quotedLabels.get(i)).append(':');
                appendNumber(json, scores, start + i);
            }
            json.append("}}");
            return;
        }
        json.append(",\"top\":[");
        for (int i = 0; i < best.length; i++) {
            appendClass(json.append(i == 0 ? "{" : ",{"), scores, start, best[i]);
            json.append('}');
        }
        json.append("]}");
    }

    /** Label and probability; of what is no number both are null. */
    private void appendClass(StringBuilder json, Tensor scores, int start, int index) {
        boolean known = Double.isFinite(scores.real(start + index));
        json.append("\"label\":")
                .append(known ? quotedLabels.get(index) : "null")
                .append(",\"probability\":");
        appendNumber(json, scores, start + index);
    }

    /** Each output under its name: nested arrays in the shape of one item. */
    private static void appendPlain(StringBuilder json, List<Tensor> outputs, int row) {
        json.append("{\"outputs\":{");
        for (int i = 0; i < outputs.size(); i++) {
            Tensor output = outputs.get(i);
            json.append(i == 0 ? "" : ",").append(quoted(output.name())).append(':');
            appendNested(json, output, 1, row);
        }
        json.append("}}");
    }

    /** @param place of the array within all arrays of its depth */
    private static void appendNested(StringBuilder json, Tensor output, int axis, int place) {
        int[] shape = output.shape();
        if (axis == shape.length) {
            appendElement(json, output, place);
            return;
        }
        json.append('[');
        for (int i = 0; i < shape[axis]; i++) {
            json.append(i == 0 ? "" : ",");
            appendNested(json, output, axis + 1, place * shape[axis] + i);
        }
        json.append(']');
    }

    private static void appendElement(StringBuilder json, Tensor output, int element) {
        if (output.isMissing(element)) {
            json.append("null");
            return;
        }
        switch (output.datatype().kind()) {
            case BOOLEAN -> json.append(output.whole(element) != 0);
            case WHOLE -> json.append(output.whole(element));
            case REAL -> appendNumber(json, output, element);
            case TEXT -> json.append(quoted(output.text(element)));
        }
    }

    /** As short as its precision allows. */
    private static StringBuilder appendNumber(StringBuilder json, Tensor numbers, int element) {
        double number = numbers.real(element);
        if (!Double.isFinite(number)) {
            return json.append("null");
        }
        return numbers.datatype() == Datatype.FP32 ? json.append((float) number) : json.append(number);
    }

    /** Places of the {@code count} largest, largest first; of equals the first; what is no number comes last. */
    private static int[] best(Tensor scores, int start, int classes, int count) {
        int[] places = new int[count];
        int filled = 0;
        for (int i = 0; i < classes; i++) {
            double score = scores.real(start + i);
            int at = filled;
            while (at > 0 && isLarger(score, scores.real(start + places[at - 1]))) {
                at--;
            }
            if (at < count) {
                int moved = Math.min(filled, count - 1) - at;
                System.arraycopy(places, at, places, at + 1, moved);
                places[at] = i;
                filled = Math.min(filled + 1, count);
            }
        }
        return places;
    }

    private static boolean isLarger(double value, double other) {
        return value > other || (Double.isNaN(other) && !Double.isNaN(value));
    }

    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
