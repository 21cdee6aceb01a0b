package dev.sluice.worker.models;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A model folder as MLflow writes it, with a model small enough to know its answers by heart. */
public final class ModelFolder {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final byte[] onnx;
    private final ObjectNode file = YAML.createObjectNode();
    private final ObjectNode metadata = file.putObject("metadata");
    private final ArrayNode inputs = JSON.createArrayNode();
    private ObjectNode example = JSON.createObjectNode();

    private ModelFolder(OnnxGraph onnx, String task) {
        this(onnx.bytes(), task);
    }

    private ModelFolder(byte[] onnx, String task) {
        this.onnx = onnx;
        metadata.put("task", task).put("description", "A model to test with.");
        file.putObject("flavors").putObject("onnx").put("data", "model.onnx");
        file.putObject("saved_input_example_info").put("artifact_path", "input_example.json");
    }

    /** An ONNX file that was made elsewhere, with columns of doubles; its metadata still lacks the output. */
    public static ModelFolder ofOnnxFile(byte[] onnx, String task, String... columns) {
        return new ModelFolder(onnx, task)
                .columns("double", columns)
                .example(
                        Arrays.asList(columns),
                        Arrays.stream(columns).map(_ -> 1.5).toList());
    }

    /** Answers with the sum of a row's columns. */
    public static ModelFolder summing(String... columns) {
        return reducing("ReduceSum", columns);
    }

    /** Answers with the largest of a row's columns. */
    public static ModelFolder takingTheLargest(String... columns) {
        return reducing("ReduceMax", columns);
    }

    /** Answers with the graph's output {@code answer} to one column. */
    public static ModelFolder answering(OnnxGraph graph, String column) {
        return new ModelFolder(graph, "tabular-regression")
                .with("valueOutput", "answer")
                .columns("double", column)
                .example(List.of(column), List.of(0.0));
    }

    /** Answers with the graph's output {@code answer} to one column of text. */
    public static ModelFolder answeringText(OnnxGraph graph, String column) {
        return new ModelFolder(graph, "tabular-regression")
                .with("valueOutput", "answer")
                .columns("string", column)
                .example(List.of(column), List.of("1"));
    }

    /** Answers with the logarithm of its one column. */
    public static ModelFolder takingLogarithms(String column) {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, 1)
                .node("Log", List.of("x"), "answer")
                .output("answer", 1);
        return new ModelFolder(onnx, "tabular-regression")
                .with("valueOutput", "answer")
                .columns("double", column);
    }

    /** The probability of each class is the softmax of the columns, which are named like the classes. */
    public static ModelFolder classifying(String... classes) {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, classes.length)
                .node("Softmax", List.of("x"), "probabilities", OnnxGraph.attribute("axis", 1))
                .output("probabilities", classes.length);
        return new ModelFolder(onnx, "tabular-classification")
                .with("probabilitiesOutput", "probabilities")
                .with("synset", String.join(",", classes))
                .columns("double", classes);
    }

    /** Answers with the columns as they are, as if they were the probabilities of the classes of that name. */
    public static ModelFolder scoring(String... classes) {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, classes.length)
                .node("Identity", List.of("x"), "scores")
                .output("scores", classes.length);
        return new ModelFolder(onnx, "tabular-classification")
                .with("probabilitiesOutput", "scores")
                .with("synset", String.join(",", classes))
                .columns("double", classes);
    }

    /** Answers with x minus its mean over the batch. */
    public static ModelFolder subtractingTheMeanOfTheBatch() {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, 1)
                .node("ReduceMean", List.of("x"), "mean", OnnxGraph.attribute("axes", new int[] {0}))
                .node("Sub", List.of("x", "mean"), "answer")
                .output("answer", 1);
        return regression(onnx);
    }

    /** Answers with x and the largest of its batch. */
    public static ModelFolder addingTheLargestOfTheBatch() {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, 1)
                .node("ReduceMax", List.of("x"), "largest", OnnxGraph.attribute("axes", new int[] {0}))
                .node("Add", List.of("x", "largest"), "answer")
                .output("answer", 1);
        return regression(onnx);
    }

    /** Answers with the softmax over the batch, not over the classes. */
    public static ModelFolder classifyingAlongTheBatch(String... classes) {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, classes.length)
                .node("Transpose", List.of("x"), "turned")
                .node("Softmax", List.of("turned"), "shares", OnnxGraph.attribute("axis", 1))
                .node("Transpose", List.of("shares"), "probabilities")
                .output("probabilities", classes.length);
        return new ModelFolder(onnx, "tabular-classification")
                .with("probabilitiesOutput", "probabilities")
                .with("synset", String.join(",", classes))
                .columns("double", classes);
    }

    /** Was exported with a batch axis of 1; answers with x. */
    public static ModelFolder takingOneItem() {
        OnnxGraph onnx = new OnnxGraph()
                .inputOfOneItem("x", 1)
                .node("Identity", List.of("x"), "answer")
                .output("answer", 1);
        return regression(onnx);
    }

    /** Answers one row whatever the batch: the largest of all. */
    public static ModelFolder answeringOnceForTheBatch() {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, 1)
                .node("ReduceMax", List.of("x"), "answer", OnnxGraph.attribute("axes", new int[] {0}))
                .output("answer", 1);
        return regression(onnx);
    }

    /** Answers each row with as many numbers as the batch has rows. */
    public static ModelFolder answeringAsWideAsTheBatch() {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, 1)
                .node("Transpose", List.of("x"), "turned")
                .node("MatMul", List.of("x", "turned"), "answer")
                .output("answer", -1);
        return regression(onnx);
    }

    /** Answers with a scalar, which has no dimension for the batch. */
    public static ModelFolder answeringWithAScalar() {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, 1)
                .node("ReduceMax", List.of("x"), "answer", OnnxGraph.attribute("keepdims", 0))
                .scalarOutput("answer");
        return regression(onnx);
    }

    /** Answers with x in another type. */
    public static ModelFolder answeringIn(int type) {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, 1)
                .node("Cast", List.of("x"), "answer", OnnxGraph.attribute("to", type))
                .output("answer", type, new int[] {1});
        return regression(onnx);
    }

    private static ModelFolder regression(OnnxGraph onnx) {
        return new ModelFolder(onnx, "tabular-regression")
                .with("valueOutput", "answer")
                .columns("double", "x");
    }

    /** Adds the number {@code plus} to the number that stands in {@code text}, and fails when that is none. */
    public static ModelFolder readingNumbersFromText() {
        OnnxGraph onnx = new OnnxGraph()
                .input("plus", OnnxGraph.FLOAT, 1)
                .input("text", OnnxGraph.STRING, 1)
                .node("Cast", List.of("text"), "number", OnnxGraph.attribute("to", OnnxGraph.FLOAT))
                .node("Add", List.of("number", "plus"), "answer")
                .output("answer", 1);
        return new ModelFolder(onnx, "tabular-regression")
                .with("valueOutput", "answer")
                .columns("string", "text")
                .columns("double", "plus")
                .example(List.of("text", "plus"), List.of("1", 2));
    }

    /** Takes one whole number, and answers with it. */
    public static ModelFolder passingOnWholeNumbers(String column) {
        return passingOn(OnnxGraph.INT64, "long", column);
    }

    /** Takes one number as an ONNX type of this number, and answers with it as a 32-bit float. */
    public static ModelFolder passingOn(int onnxType, String columnType, String column) {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", onnxType, 1)
                .node("Cast", List.of("x"), "answer", OnnxGraph.attribute("to", OnnxGraph.FLOAT))
                .output("answer", 1);
        return new ModelFolder(onnx, "tabular-regression")
                .with("valueOutput", "answer")
                .columns(columnType, column);
    }

    /** The probability of red, green and blue is the mean of that channel. */
    public static ModelFolder seeingColours(int height, int width) {
        OnnxGraph onnx = new OnnxGraph()
                .input("pictures", OnnxGraph.FLOAT, 3, height, width)
                .node(
                        "ReduceMean",
                        List.of("pictures"),
                        "colours",
                        OnnxGraph.attribute("axes", new int[] {2, 3}),
                        OnnxGraph.attribute("keepdims", 0))
                .output("colours", 3);
        ModelFolder folder = new ModelFolder(onnx, "image-classification")
                .with("height", height)
                .with("width", width)
                .with("topK", 3)
                .with("synset", "red,green,blue");
        ObjectNode tensor = folder.inputs.addObject();
        tensor.put("name", "pictures").put("type", "tensor");
        tensor.putObject("tensor-spec")
                .put("dtype", "float32")
                .putArray("shape")
                .add(-1)
                .add(3)
                .add(height)
                .add(width);
        return folder;
    }

    public ModelFolder with(String name, Object value) {
        metadata.putPOJO(name, value);
        return this;
    }

    public ModelFolder without(String name) {
        metadata.remove(name);
        return this;
    }

    /** Instead of ONNX. */
    public ModelFolder flavor(String name) {
        file.putObject("flavors").putObject(name).put("model_data", "data");
        return this;
    }

    public ModelFolder onnxFile(String name) {
        file.putObject("flavors").putObject("onnx").put("data", name);
        return this;
    }

    /** Where its input example is said to lie. */
    public ModelFolder exampleFile(String name) {
        file.putObject("saved_input_example_info").put("artifact_path", name);
        return this;
    }

    /** Where its TorchScript is said to lie. */
    public ModelFolder torchData(String folder) {
        file.putObject("flavors").putObject("pytorch").put("model_data", folder);
        return this;
    }

    public ModelFolder optional(String column) {
        inputs.forEach(input -> {
            if (input.path("name").asText().equals(column)) {
                ((ObjectNode) input).put("required", false);
            }
        });
        return this;
    }

    /** As MLflow up to 2.4 writes it. */
    public ModelFolder optionalInTheOldWay(String column) {
        inputs.forEach(input -> {
            if (input.path("name").asText().equals(column)) {
                ((ObjectNode) input).put("optional", true).remove("required");
            }
        });
        return this;
    }

    /** As of a data frame whose columns have no names. */
    public ModelFolder numberedColumns() {
        for (int i = 0; i < inputs.size(); i++) {
            ((ObjectNode) inputs.path(i)).put("name", i);
        }
        return this;
    }

    public ModelFolder columnsWithoutNames() {
        inputs.forEach(input -> ((ObjectNode) input).remove("name"));
        return this;
    }

    /** A tensor in place of named columns. */
    public ModelFolder tensorSignature() {
        inputs.removeAll();
        ObjectNode tensor = inputs.addObject();
        tensor.put("type", "tensor");
        tensor.putObject("tensor-spec")
                .put("dtype", "float32")
                .putArray("shape")
                .add(-1)
                .add(4);
        return this;
    }

    public ModelFolder withoutSignature() {
        inputs.removeAll();
        return this;
    }

    public ModelFolder example(List<String> names, List<?> row) {
        example = JSON.createObjectNode();
        example.set("columns", JSON.valueToTree(names));
        example.set("data", JSON.valueToTree(List.of(row)));
        return this;
    }

    /** @return the folder */
    public Path writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (!inputs.isEmpty()) {
            file.putObject("signature").put("inputs", inputs.toString());
        }
        Files.write(folder.resolve("model.onnx"), onnx);
        Files.writeString(folder.resolve("MLmodel"), YAML.writeValueAsString(file));
        Files.writeString(folder.resolve("input_example.json"), example.toString());
        return folder;
    }

    private static ModelFolder reducing(String operator, String... columns) {
        OnnxGraph onnx = new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, columns.length)
                .node(operator, List.of("x"), "answer", OnnxGraph.attribute("axes", new int[] {1}))
                .output("answer", 1);
        return new ModelFolder(onnx, "tabular-regression")
                .with("valueOutput", "answer")
                .columns("double", columns)
                .example(
                        Arrays.asList(columns),
                        Arrays.stream(columns).map(_ -> 1.5).toList());
    }

    private ModelFolder columns(String type, String... names) {
        for (String name : names) {
            inputs.addObject().put("type", type).put("name", name).put("required", true);
        }
        return this;
    }
}
