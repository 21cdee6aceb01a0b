package dev.sluice.worker.inference;

import dev.sluice.job.ItemResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** An engine's scores as the predictions that clients read, one line of JSON each; what is no number is null. */
final class PredictionWriter {
    private PredictionWriter() {}

    /** @throws InferenceException when the model answers with another number of classes than it has labels */
    static List<ItemResult> write(ModelTask task, Scores scores) throws InferenceException {
        requireWidth(task, scores.width());
        List<ItemResult> results = new ArrayList<>(scores.items());
        for (int item = 0; item < scores.items(); item++) {
            String json = switch (task) {
                case ModelTask.PictureClassification pictures -> picture(pictures, row(scores, item));
                case ModelTask.RowClassification rows -> probabilities(rows.labels(), row(scores, item));
                case ModelTask.RowRegression _ -> "{\"value\":" + number(scores.at(item, 0), scores.isSingle()) + "}";
            };
            results.add(new ItemResult.Prediction(json));
        }
        return results;
    }

    private static void requireWidth(ModelTask task, int width) throws InferenceException {
        if (width != task.width()) {
            throw new InferenceException(task.wrongWidth(task.output().orElse("0"), width));
        }
    }

    private static String picture(ModelTask.PictureClassification task, double[] scores) {
        double[] probabilities = task.softmax() ? softmax(scores) : scores;
        int[] order = best(probabilities, Math.min(task.topK(), probabilities.length));
        StringBuilder json = new StringBuilder(64 * (1 + order.length)).append('{');
        appendLabel(json, task.labels(), probabilities, order[0]);
        json.append(",\"top\":[");
        for (int i = 0; i < order.length; i++) {
            json.append(i == 0 ? "{" : ",{");
            appendLabel(json, task.labels(), probabilities, order[i]);
            json.append('}');
        }
        return json.append("]}").toString();
    }

    private static String probabilities(ClassLabels labels, double[] probabilities) {
        StringBuilder json = new StringBuilder(32 * (2 + probabilities.length)).append('{');
        appendLabel(json, labels, probabilities, best(probabilities, 1)[0]);
        json.append(",\"probabilities\":{");
        for (int i = 0; i < probabilities.length; i++) {
            json.append(i == 0 ? "" : ",").append(labels.json(i)).append(':').append(number(probabilities[i], true));
        }
        return json.append("}}").toString();
    }

    private static void appendLabel(StringBuilder json, ClassLabels labels, double[] probabilities, int index) {
        boolean known = Double.isFinite(probabilities[index]);
        json.append("\"label\":")
                .append(known ? labels.json(index) : "null")
                .append(",\"probability\":")
                .append(number(probabilities[index], true));
    }

    /** Single-precision numbers are written as short as they are. */
    private static String number(double value, boolean single) {
        if (!Double.isFinite(value)) {
            return "null";
        }
        return single ? Float.toString((float) value) : Double.toString(value);
    }

    private static double[] row(Scores scores, int item) {
        return IntStream.range(0, scores.width())
                .mapToDouble(column -> scores.at(item, column))
                .toArray();
    }

    private static double[] softmax(double[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            most = Math.max(most, logit);
        }
        double[] powers = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            powers[i] = Math.exp(logits[i] - most);
            sum += powers[i];
        }
        for (int i = 0; i < powers.length; i++) {
            powers[i] /= sum;
        }
        return powers;
    }

    /** Places of the {@code count} largest, largest first; of equals the first; what is no number comes last. */
    private static int[] best(double[] values, int count) {
        int[] places = new int[count];
        int filled = 0;
        for (int i = 0; i < values.length; i++) {
            int at = filled;
            while (at > 0 && isLarger(values[i], values[places[at - 1]])) {
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
}
