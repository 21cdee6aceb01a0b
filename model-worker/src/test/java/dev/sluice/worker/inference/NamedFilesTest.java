package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.job.ItemResult;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.models.OnnxGraph;
import dev.sluice.worker.models.Proto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing outside its folder is read, whatever file a version names and wherever it names it: it is refused before an engine opens it. */
class NamedFilesTest {
    private static final float SECRET = 42.5f;
    private static final int TENSOR = 4;
    private static final int GRAPH = 5;

    @TempDir
    Path home;

    private Path folder;
    private Path secret;

    @BeforeEach
    void writeASecretBesideTheFolder() throws IOException {
        folder = Files.createDirectories(home.resolve("version"));
        secret = Files.write(home.resolve("secret.bin"), floats(SECRET, 1, 2, 3));
    }

    /** Every place of an ONNX model in which a tensor can stand. */
    enum Place {
        INITIALIZER,
        CONSTANT,
        TENSORS_OF_AN_ATTRIBUTE,
        SPARSE_INITIALIZER_VALUES,
        SPARSE_INITIALIZER_INDICES,
        SPARSE_CONSTANT,
        SPARSE_TENSORS_OF_AN_ATTRIBUTE,
        SUBGRAPH,
        CONSTANT_OF_A_SUBGRAPH,
        SUBGRAPH_OF_A_SUBGRAPH,
        GRAPHS_OF_AN_ATTRIBUTE,
        FUNCTION,
        DEFAULT_OF_A_FUNCTION,
        TRAINING_INITIALIZATION,
        TRAINING_ALGORITHM;

        OnnxGraph of(Proto weights) {
            Proto constant = constantNode("w", "value", 5, weights, TENSOR);
            Proto graph = new Proto().message(5, weights);
            return switch (this) {
                case INITIALIZER -> adding().part(5, weights);
                case CONSTANT -> adding().part(1, constant);
                case TENSORS_OF_AN_ATTRIBUTE ->
                    withAttribute(new Proto().message(10, weights).number(20, 9));
                case SPARSE_INITIALIZER_VALUES -> adding().part(15, new Proto().message(1, weights));
                case SPARSE_INITIALIZER_INDICES -> adding().part(15, new Proto().message(2, weights));
                case SPARSE_CONSTANT ->
                    adding().part(1, constantNode("w", "sparse_value", 22, new Proto().message(1, weights), 11));
                case SPARSE_TENSORS_OF_AN_ATTRIBUTE ->
                    withAttribute(new Proto()
                            .message(23, new Proto().message(2, weights))
                            .number(20, 12));
                case SUBGRAPH -> choosing(branch().part(5, weights));
                case CONSTANT_OF_A_SUBGRAPH ->
                    choosing(new OnnxGraph().part(1, constant).output("w", 1));
                case SUBGRAPH_OF_A_SUBGRAPH ->
                    choosing(choosing(branch().part(5, weights)).part(12, new Proto().text(1, "w")));
                case GRAPHS_OF_AN_ATTRIBUTE ->
                    withAttribute(new Proto().message(11, graph).number(20, 10));
                case FUNCTION -> withinNumber().modelPart(25, new Proto().message(7, constant));
                case DEFAULT_OF_A_FUNCTION -> {
                    Proto byDefault =
                            new Proto().text(1, "a").message(5, weights).number(20, TENSOR);
                    yield withinNumber().modelPart(25, new Proto().message(11, byDefault));
                }
                case TRAINING_INITIALIZATION -> withinNumber().modelPart(20, new Proto().message(1, graph));
                case TRAINING_ALGORITHM -> withinNumber().modelPart(20, new Proto().message(2, graph));
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void weightsByAnAbsolutePath(Place place) throws IOException {
        refused(place.of(weightsIn(secret.toString())), "outside the version's folder");
    }

    @ParameterizedTest
    @EnumSource
    void weightsByAPathUpwards(Place place) throws IOException {
        refused(place.of(weightsIn("../secret.bin")), "'../secret.bin', which is outside the version's folder");
    }

    @ParameterizedTest
    @EnumSource
    void weightsByALink(Place place) throws IOException {
        Files.createSymbolicLink(folder.resolve("weights.bin"), secret);
        refused(place.of(weightsIn("weights.bin")), "'weights.bin' is a symbolic link");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sub/../../secret.bin",
                "/etc/passwd",
                "..",
                "*/_ORT_MEM_ADDR_/*",
                "lost.bin",
                "a\\b",
                "a//b",
                "",
                "weights.bin\0.txt",
                "file:///etc/passwd"
            })
    void weightsThatAreNoFileOfTheVersion(String location) throws IOException {
        UnservableModelException refusal = refused(Place.INITIALIZER.of(weightsIn(location)), "");
        assertTrue(
                message(refusal).matches("the external data of the tensor 'w' names '.*', which is .*: .*"),
                message(refusal));
    }

    @Test
    void weightsByAPathInWhichAFolderIsALink() throws IOException {
        Files.createSymbolicLink(folder.resolve("sub"), home);
        refused(Place.INITIALIZER.of(weightsIn("sub/secret.bin")), "'sub' is a symbolic link");
    }

    @Test
    void aHardLink() throws IOException {
        Files.createLink(folder.resolve("weights.bin"), secret);
        refused(Place.INITIALIZER.of(weightsIn("weights.bin")), "'weights.bin' is a hard link");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "MLmodel", "input_example.json", "baseline.json", "labels.txt"})
    void anyFileOfTheFolderThatIsALink(String name) throws IOException {
        ModelFolder.answering(withinNumber(), "x").writeTo(folder);
        Path file = folder.resolve(name);
        Path elsewhere = home.resolve("elsewhere");
        if (Files.exists(file)) {
            Files.move(file, elsewhere);
        } else {
            Files.writeString(elsewhere, "{}");
        }
        Files.createSymbolicLink(file, elsewhere);
        refused("'%s' is a symbolic link".formatted(name));
        Files.delete(file);
        Files.createLink(file, elsewhere);
        refused("'%s' is a hard link".formatted(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside.onnx", "/etc/passwd", "sub/../../outside.onnx"})
    void anOnnxFileElsewhere(String name) throws IOException {
        ModelFolder.answering(withinNumber(), "x").writeTo(home.resolve("other"));
        Files.move(home.resolve("other/model.onnx"), home.resolve("outside.onnx"));
        ModelFolder.answering(adding(), "x").onnxFile(name).writeTo(folder);
        refused("its onnx flavor names '%s', which is outside the version's folder".formatted(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "/etc", "a/../../.."})
    void torchScriptElsewhere(String data) throws IOException {
        ModelFolder.answering(adding(), "x").torchData(data).writeTo(folder);
        refused("its pytorch flavor names '%s/model.pth', which is outside the version's folder".formatted(data));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.bin", "/etc/passwd"})
    void anInputExampleElsewhere(String name) throws IOException {
        ModelFolder.answering(withinNumber(), "x").exampleFile(name).writeTo(folder);
        refused("its saved_input_example_info names '%s', which is outside the version's folder".formatted(name));
    }

    @Test
    void anOrtFile() throws IOException {
        ModelFolder.answering(withinNumber(), "x").onnxFile("model.ORT").writeTo(folder);
        Files.move(folder.resolve("model.onnx"), folder.resolve("model.ORT"));
        refused("'model.ORT' is in ONNX Runtime's own format");
    }

    @Test
    void noReasonNamesAFolderOfThisMachine() throws IOException {
        UnservableModelException refusal = refused(Place.INITIALIZER.of(weightsIn("../secret.bin")), "");
        assertFalse(message(refusal).contains(home.toString()), message(refusal));
    }

    @ParameterizedTest
    @MethodSource("extents")
    void weightsThatTheFileDoesNotHave(Proto weights, String reason) throws IOException {
        Files.write(folder.resolve("weights.bin"), floats(1, 2, 3, 4));
        refused(Place.INITIALIZER.of(weights), reason);
    }

    static Stream<Arguments> extents() {
        Function<String, Proto> at = offset -> entry(weightsIn("weights.bin"), "offset", offset);
        return Stream.of(
                Arguments.of(at.apply("13"), "takes 4 bytes from 13 on"),
                Arguments.of(at.apply("17"), "takes 4 bytes from 17 on"),
                Arguments.of(at.apply("-1"), "the offset '-1'"),
                Arguments.of(at.apply("999999999999999999"), "takes 4 bytes from 999999999999999999"),
                Arguments.of(at.apply("9999999999999999999999"), "the offset '9999"),
                Arguments.of(entry(at.apply("0"), "length", "8"), "the length 8, its shape takes 4"),
                Arguments.of(entry(at.apply("0"), "location", "x"), "the key 'location' twice"),
                Arguments.of(entry(at.apply("0"), "basepath", "/etc"), "the unknown key 'basepath'"));
    }

    @Test
    void weightsInAFileOfTheFolderAreServed() throws Exception {
        Files.write(folder.resolve("weights.bin"), floats(1, 2, 3, 4));
        Proto weights = entry(entry(weightsIn("weights.bin"), "offset", "8"), "length", "4");
        assertEquals("{\"value\":13.0}", answer(adding().part(5, weights), 10));
    }

    @Test
    void weightsInASubfolderAreServed() throws Exception {
        Files.write(Files.createDirectories(folder.resolve("weights")).resolve("w 1.bin"), floats(5));
        assertEquals("{\"value\":15.0}", answer(adding().part(5, weightsIn("weights/w 1.bin")), 10));
    }

    private String answer(OnnxGraph graph, double x) throws Exception {
        ModelFolder.answering(graph, "x").writeTo(folder);
        try (LoadedModel model = load()) {
            List<Tensor> row = List.of(Tensor.reals("x", x));
            return ((ItemResult.Prediction)
                            Answers.of(model, Answers.rows(model, row)).getFirst())
                    .json();
        }
    }

    private UnservableModelException refused(OnnxGraph graph, String reason) throws IOException {
        ModelFolder.answering(graph, "x").writeTo(folder);
        return refused(reason);
    }

    private UnservableModelException refused(String reason) {
        UnservableModelException refusal = assertThrows(UnservableModelException.class, () -> load().close());
        assertTrue(message(refusal).contains(reason), message(refusal));
        return refusal;
    }

    private LoadedModel load() throws UnservableModelException {
        return LoadedModel.load(folder, "digest", new LoadSettings(1, 1_000_000, home.resolve("profiles")));
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }

    /** {@code answer = x + w}. */
    private static OnnxGraph adding() {
        return new OnnxGraph()
                .input("x", OnnxGraph.FLOAT, 1)
                .node("Add", List.of("x", "w"), "answer")
                .output("answer", 1);
    }

    private static OnnxGraph branch() {
        return new OnnxGraph().node("Identity", List.of("w"), "chosen").output("chosen", 1);
    }

    private static OnnxGraph withinNumber() {
        return adding().part(5, weightsWithin(7));
    }

    private static Proto constantNode(String output, String attribute, int field, Proto value, int type) {
        return new Proto()
                .text(2, output)
                .text(4, "Constant")
                .message(5, new Proto().text(1, attribute).message(field, value).number(20, type));
    }

    /** A condition with the graph as both branches. */
    private static OnnxGraph choosing(OnnxGraph branch) {
        Proto condition = new Proto().number(2, 9).text(8, "condition").bytes(9, new byte[] {1});
        Proto choice = new Proto()
                .text(1, "condition")
                .text(2, "w")
                .text(4, "If")
                .message(
                        5,
                        new Proto()
                                .text(1, "then_branch")
                                .message(6, branch.graph())
                                .number(20, GRAPH))
                .message(
                        5,
                        new Proto()
                                .text(1, "else_branch")
                                .message(6, branch.graph())
                                .number(20, GRAPH));
        return new OnnxGraph()
                .part(5, condition)
                .part(1, choice)
                .input("x", OnnxGraph.FLOAT, 1)
                .node("Add", List.of("x", "w"), "answer")
                .output("answer", 1);
    }

    private static OnnxGraph withAttribute(Proto attribute) {
        Proto node = new Proto().text(1, "x").text(2, "y").text(4, "Identity").message(5, attribute.text(1, "extra"));
        return withinNumber().part(1, node);
    }

    /** One number, in another file. */
    private static Proto weightsIn(String location) {
        return entry(
                new Proto().number(1, 1).number(2, OnnxGraph.FLOAT).text(8, "w").number(14, 1), "location", location);
    }

    private static Proto weightsWithin(float value) {
        return new Proto().number(1, 1).number(2, OnnxGraph.FLOAT).text(8, "w").bytes(9, floats(value));
    }

    private static Proto entry(Proto tensor, String key, String value) {
        return tensor.message(13, new Proto().text(1, key).text(2, value));
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }
}
