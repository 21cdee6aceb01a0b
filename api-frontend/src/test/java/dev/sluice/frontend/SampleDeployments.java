package dev.sluice.frontend;

import dev.sluice.model.BatchProfile;
import dev.sluice.model.Deployment;
import dev.sluice.model.InputTensor;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.Signature;
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

    static Signature irisSignature() {
        return new Signature(List.of(
                InputTensor.column("sepal_length", Datatype.FP64, true),
                InputTensor.column("sepal_width", Datatype.FP64, true),
                InputTensor.column("petal_length", Datatype.FP64, true),
                InputTensor.column("petal_width", Datatype.FP64, true)));
    }

    /** Those of {@link #irisSignature}, which the engine takes as floats. */
    static Signature floatsSignature() {
        return new Signature(irisSignature().inputs().stream()
                .map(column -> column.withWire(Datatype.FP32))
                .toList());
    }

    /** One column of each kind, and two that may be missing. */
    static Signature mixedSignature() {
        return new Signature(List.of(
                InputTensor.column("price", Datatype.FP64, true),
                InputTensor.column("share", Datatype.FP32, true),
                InputTensor.column("rooms", Datatype.INT32, true),
                InputTensor.column("id", Datatype.INT64, true),
                InputTensor.column("urban", Datatype.BOOL, true),
                InputTensor.column("purpose", Datatype.BYTES, true),
                InputTensor.column("age", Datatype.INT32, false),
                InputTensor.column("rate", Datatype.FP64, false)));
    }

    /** Declared to be a real number, taken by the engine as a whole one. */
    static Signature narrowSignature() {
        return new Signature(
                List.of(InputTensor.column("n", Datatype.FP64, true).withWire(Datatype.INT64)));
    }

    static LiveVersion rows(Signature signature, double itemsPerSecond) {
        return version("tabular-regression", signature, itemsPerSecond);
    }

    static LiveVersion pictures() {
        return version("image-classification", Signature.ofPicture(3, 224, 224), 100);
    }

    private static LiveVersion version(String task, Signature signature, double itemsPerSecond) {
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
