package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.worker.modelfile.ModelFileException;
import dev.sluice.worker.modelfile.OnnxReader;
import dev.sluice.worker.modelfile.TorchScriptArchive;
import dev.sluice.worker.modelfile.VersionFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    /**
     * The file that the engine will load, checked before any engine reads it.
     *
     * @throws UnservableModelException when the folder has no such flavor, or its file is something else
     */
    static Weights select(MlModelFile file, VersionFolder folder) throws UnservableModelException {
        try {
            JsonNode onnx = file.flavors().path(ONNX.mlflowName);
            if (onnx.isObject()) {
                Path model = folder.file("its onnx flavor", onnx.path("data").asText("model.onnx"));
                OnnxReader.check(folder, model);
                return new Weights(ONNX, model);
            }
            JsonNode torch = file.flavors().path(TORCHSCRIPT.mlflowName);
            if (torch.isObject()) {
                String data = torch.path("model_data").asText("data");
                Path model = folder.file("its pytorch flavor", data + "/model.pth");
                TorchScriptArchive.check(model);
                return new Weights(TORCHSCRIPT, model);
            }
        } catch (ModelFileException e) {
            throw new UnservableModelException(e);
        }
        List<String> found = new ArrayList<>();
        file.flavors().fieldNames().forEachRemaining(found::add);
        throw new UnservableModelException(
                "its flavors %s would need Python or unpickling: log it as ONNX (mlflow.onnx) or as TorchScript (torch.jit.script, mlflow.pytorch)"
                        .formatted(found));
    }
}
