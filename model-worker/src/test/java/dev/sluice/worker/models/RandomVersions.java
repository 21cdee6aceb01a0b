package dev.sluice.worker.models;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Model folders with random metadata, signatures and small ONNX graphs: about a third of them whole, the others wrong in one place or in
 * several, some
 * with damaged bytes. The same seed gives the same folders.
 */
public final class RandomVersions {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final List<String> TASKS =
            List.of("image-classification", "tabular-classification", "tabular-regression", "text-generation", "");
    private static final List<String> KEYS = List.of(
            "task",
            "description",
            "height",
            "width",
            "resizeShort",
            "centerCrop",
            "interpolation",
            "normalize",
            "background",
            "applySoftmax",
            "topK",
            "synset",
            "synsetFileName",
            "probabilitiesOutput",
            "valueOutput",
            "flag",
            "sylsnet",
            "note");
    private static final List<Object> VALUES = List.of(
            "",
            " ",
            "a,b",
            "a,b,c",
            "true",
            "false",
            true,
            false,
            0,
            1,
            3,
            -1,
            224,
            20_000,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            0.5,
            1e308,
            "NaN",
            "answer",
            "probabilities",
            "area",
            "lanczos",
            "0.5,0.5,0.5,1,1,1",
            "0,0,0,0,0,0",
            "255,255,255",
            "1,2",
            "labels.txt",
            "../labels.txt",
            "/etc/passwd",
            "\u0000",
            "ä\uD83D\uDE00",
            "x".repeat(3_000),
            List.of("a", "b", "c"),
            List.of(),
            Map.of("a", 1),
            "[a, b, c]",
            "=CMD()",
            "null",
            "\n\n");
    private static final List<String> TYPES = List.of(
            "double", "float", "long", "integer", "boolean", "string", "binary", "datetime", "object", "array", "");
    private static final List<String> NAMES =
            List.of("a", "b", "c", "x", "text", "Größe", "a b", "", "0", "instances", "a\u0000");
    private static final List<String> OPERATORS = List.of(
            "ReduceSum", "Softmax", "Identity", "Add", "Log", "Cast", "Nonsense", "If", "Loop", "StringNormalizer", "");
    private static final List<String> LOCATIONS = List.of(
            "weights.bin",
            "lost.bin",
            "../weights.bin",
            "/etc/passwd",
            "",
            "..",
            "*/_ORT_MEM_ADDR_/*",
            "a\u0000b",
            "./weights.bin");

    private final Random random;

    public RandomVersions(long seed) {
        this.random = new Random(seed);
    }

    /** Writes the next one into the folder, in place of what was there. */
    public Path writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        int columns = 1 + random.nextInt(3);
        byte[] onnx = (random.nextInt(3) > 0 ? summing(columns) : graph(columns)).bytes();
        ObjectNode model = random.nextInt(3) == 0 ? regression(columns) : model(columns);
        byte[] file = YAML.writeValueAsString(model).getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve("model.onnx"), maybeDamaged(onnx));
        Files.write(folder.resolve("MLmodel"), maybeDamaged(file));
        Files.write(folder.resolve("weights.bin"), new byte[random.nextInt(64)]);
        Files.writeString(folder.resolve("labels.txt"), random.nextBoolean() ? "a\nb\nc\n" : "");
        Files.write(
                folder.resolve("input_example.json"),
                maybeDamaged("{\"columns\":[\"a\"],\"data\":[[1]]}".getBytes(StandardCharsets.UTF_8)));
        return folder;
    }

    private ObjectNode regression(int columns) {
        ObjectNode model = YAML.createObjectNode();
        model.putObject("flavors").putObject("onnx").put("data", "model.onnx");
        model.putObject("metadata").put("task", "tabular-regression").put("valueOutput", "answer");
        ArrayNode inputs = JSON.createArrayNode();
        for (int i = 0; i < columns; i++) {
            inputs.addObject().put("type", "double").put("name", NAMES.get(i));
        }
        model.putObject("signature").put("inputs", inputs.toString());
        return model;
    }

    private ObjectNode model(int columns) throws IOException {
        ObjectNode model = regression(columns);
        ObjectNode metadata = (ObjectNode) model.path("metadata");
        metadata.put("task", one(TASKS));
        for (int i = random.nextInt(8); i > 0; i--) {
            metadata.set(one(KEYS), YAML.valueToTree(one(VALUES)));
        }
        switch (random.nextInt(8)) {
            case 0 -> model.putObject("signature");
            case 1 ->
                model.putObject("signature").put("inputs", one(List.of("", "[", "{}", "null", "[1]", "[[]]", "[{}]")));
            case 2 -> model.putObject("signature").put("inputs", pictures().toString());
            case 3, 4, 5 -> model.putObject("signature").put("inputs", columns().toString());
            default -> {}
        }
        switch (random.nextInt(10)) {
            case 0 -> model.putObject("flavors");
            case 1 -> model.put("flavors", "onnx");
            case 2 -> model.putObject("flavors").putObject("onnx").set("data", YAML.valueToTree(one(VALUES)));
            case 3 -> model.putObject("flavors").putObject("pytorch").set("model_data", YAML.valueToTree(one(VALUES)));
            case 4 -> model.putObject("saved_input_example_info").set("artifact_path", YAML.valueToTree(one(VALUES)));
            case 5 -> model.putObject("saved_input_example_info").put("artifact_path", "input_example.json");
            case 6 -> model.remove("metadata");
            default -> {}
        }
        return model;
    }

    private ArrayNode columns() {
        ArrayNode inputs = JSON.createArrayNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            ObjectNode column = inputs.addObject().put("type", one(TYPES)).put("name", one(NAMES));
            if (random.nextBoolean()) {
                column.set(one(List.of("required", "optional")), JSON.valueToTree(one(VALUES)));
            }
        }
        return inputs;
    }

    private ArrayNode pictures() {
        ArrayNode inputs = JSON.createArrayNode();
        ObjectNode tensor = inputs.addObject().put("name", "x").put("type", "tensor");
        ArrayNode shape = tensor.putObject("tensor-spec")
                .put("dtype", one(List.of("float32", "uint8", "")))
                .putArray("shape");
        for (int i = random.nextInt(6); i > 0; i--) {
            shape.add(one(List.of(-1, 3, 224, 0, Integer.MAX_VALUE)));
        }
        return inputs;
    }

    private static OnnxGraph summing(int columns) {
        return new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, columns)
                .node("ReduceSum", List.of("x"), "answer", OnnxGraph.attribute("axes", new int[] {1}))
                .output("answer", 1);
    }

    private OnnxGraph graph(int columns) {
        OnnxGraph graph = new OnnxGraph();
        for (int i = random.nextInt(3); i >= 0; i--) {
            graph.input(one(NAMES), random.nextInt(30), dimensions(columns));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            graph.part(random.nextBoolean() ? 5 : random.nextInt(20), tensor());
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            graph.node(one(OPERATORS), List.of(one(NAMES)), one(List.of("answer", "probabilities", "y")), attribute(3));
        }
        graph.output("answer", dimensions(columns));
        if (random.nextInt(4) == 0) {
            graph.modelPart(one(List.of(7, 20, 25, 8, 1)), new Proto().message(1 + random.nextInt(8), tensor()));
        }
        return graph;
    }

    private int[] dimensions(int columns) {
        int[] shape = new int[random.nextInt(3)];
        Arrays.setAll(shape, _ -> random.nextBoolean() ? columns : random.nextInt());
        return shape;
    }

    /** An attribute with a tensor, a graph or a list of them, down to a depth. */
    private Proto attribute(int depth) {
        Proto attribute = new Proto().text(1, one(List.of("axes", "value", "then_branch", "to", "locale")));
        if (depth == 0) {
            return attribute.number(3, random.nextLong());
        }
        Proto graph = new Proto().message(5, tensor()).message(1, new Proto().message(5, attribute(depth - 1)));
        return switch (random.nextInt(6)) {
            case 0 -> attribute.message(5, tensor());
            case 1 -> attribute.message(10, tensor());
            case 2 -> attribute.message(6, graph);
            case 3 -> attribute.message(11, graph);
            case 4 -> attribute.message(22, new Proto().message(1 + random.nextInt(2), tensor()));
            default -> attribute.message(8, graph);
        };
    }

    private Proto tensor() {
        Proto tensor = new Proto().text(8, one(NAMES)).number(2, random.nextInt(30));
        for (int i = random.nextInt(3); i > 0; i--) {
            tensor.number(1, random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(4));
        }
        if (random.nextInt(3) > 0) {
            return tensor.bytes(9, new byte[random.nextInt(16)]);
        }
        tensor.number(14, random.nextInt(3));
        for (int i = random.nextInt(4); i > 0; i--) {
            String key = one(List.of("location", "offset", "length", "checksum", "basepath"));
            String value = key.equals("location") ? one(LOCATIONS) : Long.toString(random.nextInt(-2, 70));
            tensor.message(13, new Proto().text(1, key).text(2, value));
        }
        return tensor;
    }

    private byte[] maybeDamaged(byte[] content) {
        if (random.nextInt(8) > 0 || content.length == 0) {
            return content;
        }
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(content, random.nextInt(content.length));
        }
        byte[] damaged = content.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return damaged;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
