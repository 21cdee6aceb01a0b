package dev.sluice.frontend;

import dev.sluice.model.BatchProfile;
import dev.sluice.model.Column;
import dev.sluice.model.ColumnType;
import dev.sluice.model.Deployment;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.ModelSignature;
import dev.sluice.tensor.Datatype;
import java.util.List;

/** What a worker would have written on the board. */
final class SampleDeployments {
    static final Deployment IRIS = Deployment.parse("iris");
    static final Deployment HOUSING = Deployment.parse("california-housing");
    static final Deployment IMAGENET = Deployment.parse("imagenet");
    static final Deployment MIXED = Deployment.parse("mixed");

    static final Deployment NARROW = Deployment.parse("narrow");
    static final Deployment FLOATS = Deployment.parse("floats");

    static final String IRIS_ROW =
            "{\"sepal_length\": 5.1, \"sepal_width\": 3.5, \"petal_length\": 1.4, \"petal_width\": 0.2}";

    static final String VERSION_ID = "7-0123456789ab";

    private SampleDeployments() {}

    static ModelSignature irisSignature() {
        return new ModelSignature.Rows(List.of(
                new Column("sepal_length", ColumnType.DOUBLE, true),
                new Column("sepal_width", ColumnType.DOUBLE, true),
                new Column("petal_length", ColumnType.DOUBLE, true),
                new Column("petal_width", ColumnType.DOUBLE, true)));
    }

    /** Those of {@link #irisSignature}, which the engine takes as floats. */
    static ModelSignature floatsSignature() {
        return new ModelSignature.Rows(((ModelSignature.Rows) irisSignature())
                .columns().stream()
                        .map(column -> new Column(column.name(), column.type(), true, Datatype.FP32))
                        .toList());
    }

    /** One column of each kind, and two that may be missing. */
    static ModelSignature mixedSignature() {
        return new ModelSignature.Rows(List.of(
                new Column("price", ColumnType.DOUBLE, true),
                new Column("share", ColumnType.FLOAT, true),
                new Column("rooms", ColumnType.INTEGER, true),
                new Column("id", ColumnType.LONG, true),
                new Column("urban", ColumnType.BOOLEAN, true),
                new Column("purpose", ColumnType.STRING, true),
                new Column("age", ColumnType.INTEGER, false),
                new Column("rate", ColumnType.DOUBLE, false)));
    }

    /** Declared to be a real number, taken by the engine as a whole one. */
    static ModelSignature narrowSignature() {
        return new ModelSignature.Rows(List.of(new Column("n", ColumnType.DOUBLE, true, Datatype.INT64)));
    }

    static LiveVersion rows(ModelSignature signature, double itemsPerSecond) {
        return version("tabular-regression", signature, itemsPerSecond);
    }

    static LiveVersion pictures() {
        return version("image-classification", new ModelSignature.Pictures(3, 224, 224), 100);
    }

    private static LiveVersion version(String task, ModelSignature signature, double itemsPerSecond) {
        BatchProfile profile = new BatchProfile(List.of(new BatchProfile.Point(32, itemsPerSecond)));
        return new LiveVersion(
                "7",
                task,
                "onnx",
                "OnnxRuntime",
                "For tests.",
                signature,
                signature.hash(),
                profile,
                1_750_000_000_000L,
                VERSION_ID);
    }
}
