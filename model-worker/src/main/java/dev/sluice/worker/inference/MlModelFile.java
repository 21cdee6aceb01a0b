package dev.sluice.worker.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;

/** The file {@code MLmodel} of a model folder, as plain data: no tag of its YAML makes an object. */
record MlModelFile(JsonNode root) {
    private static final YAMLMapper YAML = new YAMLMapper();

    static MlModelFile read(Path folder) throws UnservableModelException {
        Path file = folder.resolve("MLmodel");
        try {
            JsonNode root = YAML.readTree(file.toFile());
            if (!root.isObject()) {
                throw new UnservableModelException("its MLmodel is empty: log the model again");
            }
            return new MlModelFile(root);
        } catch (IOException e) {
            throw new UnservableModelException(
                    "its MLmodel cannot be read (%s): log the model again".formatted(firstLine(e)), e);
        }
    }

    JsonNode flavors() {
        return root.path("flavors");
    }

    ModelMetadata metadata() {
        return new ModelMetadata(root.path("metadata"));
    }

    /** A JSON array of columns or tensors. */
    JsonNode inputs() throws UnservableModelException {
        JsonNode inputs = root.path("signature").path("inputs");
        if (!inputs.isTextual()) {
            throw new UnservableModelException("it has no input signature: log it with a signature");
        }
        try {
            return YAML.readTree(inputs.asText());
        } catch (IOException e) {
            throw new UnservableModelException("its input signature cannot be read: log it again", e);
        }
    }

    /** Name of the input example's file within the folder; missing when there is none. */
    JsonNode inputExample() {
        JsonNode info = root.path("saved_input_example_info");
        return info.isObject() ? info.path("artifact_path") : MissingNode.getInstance();
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
