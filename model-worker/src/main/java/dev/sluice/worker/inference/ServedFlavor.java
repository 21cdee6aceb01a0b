package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;

/** A flavor that can be run without Python and without unpickling anything. */
enum ServedFlavor {
    ONNX("onnx", "OnnxRuntime"),
    TORCHSCRIPT("pytorch", "PyTorch");

    private final String mlflowName;
    private final String engine;

    ServedFlavor(String mlflowName, String engine) {
        this.mlflowName = mlflowName;
        this.engine = engine;
    }

    String mlflowName() {
        return mlflowName;
    }

    /** DJL's name of the engine. */
    String engine() {
        return engine;
    }

    /** The file that the engine loads. */
    record Weights(ServedFlavor flavor, Path file) {}

    /** @throws UnservableModelException when the folder has no such flavor, or its file is something else */
    static Weights select(MlModelFile file, Path folder) throws UnservableModelException {
        JsonNode onnx = file.flavors().path(ONNX.mlflowName);
        if (onnx.isObject()) {
            return new Weights(ONNX, within(folder, onnx.path("data").asText("model.onnx")));
        }
        JsonNode torch = file.flavors().path(TORCHSCRIPT.mlflowName);
        if (torch.isObject()) {
            Path weights = within(folder, torch.path("model_data").asText("data") + "/model.pth");
            requireTorchScript(weights);
            return new Weights(TORCHSCRIPT, weights);
        }
        List<String> found = new ArrayList<>();
        file.flavors().fieldNames().forEachRemaining(found::add);
        throw new UnservableModelException(
                "its flavors %s would need Python or unpickling: log it as ONNX (mlflow.onnx) or as TorchScript (torch.jit.script, mlflow.pytorch)"
                        .formatted(found));
    }

    private static Path within(Path folder, String name) throws UnservableModelException {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
            throw new UnservableModelException("its file '%s' is missing: log the model again".formatted(name));
        }
        return file;
    }

    /** A scripted module is a zip with code in it; a pickled one runs whatever its pickle says. */
    private static void requireTorchScript(Path weights) throws UnservableModelException {
        try (ZipFile zip = new ZipFile(weights.toFile())) {
            boolean constants = zip.stream().anyMatch(entry -> entry.getName().endsWith("/constants.pkl"));
            boolean code = zip.stream().anyMatch(entry -> entry.getName().contains("/code/"));
            if (!constants || !code) {
                throw new UnservableModelException(
                        "its pytorch flavor is pickled, which is never loaded: convert it with torch.jit.script before logging it");
            }
        } catch (IOException e) {
            throw new UnservableModelException(
                    "its pytorch flavor is no TorchScript archive: convert it with torch.jit.script before logging it",
                    e);
        }
    }
}
