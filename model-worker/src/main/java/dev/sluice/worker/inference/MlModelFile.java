package dev.sluice.worker.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file {@code MLmodel} of a model folder, as plain data: no tag of its YAML makes an object. */
record MlModelFile(JsonNode root) {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final long MOST_BYTES = 3 << 20;

    static MlModelFile read(Path folder) throws UnservableModelException {
        Path file = folder.resolve("MLmodel");
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new UnservableModelException("its MLmodel has %d bytes, at most %d are read: log less metadata"
                        .formatted(Files.size(file), MOST_BYTES));
            }
            JsonNode root = YAML.readTree(file.toFile());
            if (!root.isObject()) {
                throw new UnservableModelException("its MLmodel has no entries: log it with mlflow.onnx.log_model");
            }
            return new MlModelFile(root);
        } catch (JsonProcessingException e) {
            throw new UnservableModelException(
                    "its MLmodel is no valid YAML in line %d: log it with mlflow.onnx.log_model, and do not edit it"
                            .formatted(lineOf(e)),
                    e);
        } catch (IOException e) {
            throw new UnservableModelException(
                    "its MLmodel is missing or not UTF-8: log it with mlflow.onnx.log_model, and do not edit it", e);
        }
    }

    JsonNode flavors() {
        return root.path("flavors");
    }

    ModelMetadata metadata(VersionFaults faults) {
        return new ModelMetadata(root.path("metadata"), faults);
    }

    /** A JSON array of columns or tensors. */
    JsonNode inputs() throws UnservableModelException {
        JsonNode inputs = root.path("signature").path("inputs");
        if (!inputs.isTextual()) {
            throw new UnservableModelException(
                    "it has no input signature: log it with a signature (mlflow.models.infer_signature)");
        }
        try {
            return YAML.readTree(inputs.asText());
        } catch (IOException e) {
            throw new UnservableModelException(
                    "its input signature is no valid JSON: log it with mlflow.models.infer_signature", e);
        }
    }

    /** Name of the input example's file within the folder; missing when there is none. */
    JsonNode inputExample() {
        JsonNode info = root.path("saved_input_example_info");
        return info.isObject() ? info.path("artifact_path") : MissingNode.getInstance();
    }

    private static int lineOf(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
    }
}
