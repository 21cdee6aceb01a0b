package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.models.OnnxGraph;
import dev.sluice.worker.models.Proto;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine says of a failure arrives whole, without folders of the machine, with advice that fits the fault. */
class EngineReasonsTest {
    private static final Path RINGS = Path.of("..", "training", "rings", "v1");
    private static final String NETWORK = "model/code/__torch__/training/molecules/network.py";

    @TempDir
    Path folder;

    @Test
    void allLinesOfOnnxRuntime() throws Exception {
        ModelFolder.summing("a").writeTo(folder);
        DjlEngines.get(ServedFlavor.ONNX, settings());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.disablePerSessionThreads();
            try (OrtSession session = environment.createSession(
                            folder.resolve("model.onnx").toString(), options);
                    OnnxTensor tooWide = OnnxTensor.createTensor(environment, new float[1][2])) {
                OrtException failure = assertThrows(OrtException.class, () -> session.run(Map.of("x", tooWide)));
                String message = EngineFault.message(failure);
                assertTrue(message.contains("index: 1 Got: 2 Expected: 1"), message);
                assertFalse(message.contains("\n"), message);
            }
        }
    }

    @Test
    void anOperatorThatOnnxRuntimeDoesNotHave() throws Exception {
        ModelFolder.answering(
                        new OnnxGraph()
                                .input("x", OnnxGraph.FLOAT, 1)
                                .node("Nonsense", List.of("x"), "answer")
                                .output("answer", 1),
                        "x")
                .writeTo(folder);
        String reason = reasonAtLoad();
        assertTrue(reason.contains("Nonsense"), reason);
        assertTrue(reason.endsWith("export it with operators of ONNX itself, others are not served"), reason);
    }

    @Test
    void aGraphThatDoesNotFitTogether() throws Exception {
        ModelFolder.answering(
                        new OnnxGraph()
                                .input("x", OnnxGraph.FLOAT, 1)
                                .node("Add", List.of("x", "nowhere"), "answer")
                                .output("answer", 1),
                        "x")
                .writeTo(folder);
        String reason = reasonAtLoad();
        assertTrue(reason.contains("'nowhere' is not a graph input"), reason);
        assertTrue(reason.endsWith("check it with onnx.checker.check_model and load it with onnxruntime 1.21"), reason);
    }

    @Test
    void theCauseOfTorchScript() throws Exception {
        rings("return ops.torchvision.nms((scores).forward(pooled, ), pooled, 0.5)");
        String reason = reasonAtLoad();
        assertTrue(reason.contains("Unknown builtin op: torchvision::nms"), reason);
        assertTrue(reason.endsWith("script it with operators of PyTorch itself, extensions are not loaded"), reason);
    }

    @Test
    void aLocaleThatIsMissing() throws Exception {
        OnnxGraph graph = new OnnxGraph()
                .input("text", OnnxGraph.STRING)
                .node(
                        "StringNormalizer",
                        List.of("text"),
                        "lower",
                        text("case_change_action", "LOWER"),
                        text("locale", "xx_XX.UTF-8"))
                .node("Cast", List.of("lower"), "answer", OnnxGraph.attribute("to", OnnxGraph.FLOAT))
                .output("answer");
        ModelFolder.answeringText(graph, "text").writeTo(folder);
        assertTrue(
                reasonAtLoad()
                        .startsWith(
                                "its file 'model.onnx': the locale 'xx_XX.UTF-8' is missing on the worker's machine: install it"));
    }

    @Test
    void foldersAreLeftOutAndTheFileStays() {
        assertEquals(
                "cannot open model.onnx: see status.cc:12, a/b and https://host/a/b stay",
                EngineFault.message(
                        new IllegalStateException(
                                "\n  cannot open /srv/sluice/x-1/model.onnx:\n see /build/core/status.cc:12, a/b and https://host/a/b stay")));
    }

    private static Proto text(String name, String value) {
        return new Proto().text(1, name).text(4, value).number(20, 3);
    }

    private void rings(String lastLine) throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Files.copy(RINGS.resolve("MLmodel"), folder.resolve("MLmodel"));
        try (ZipFile good = new ZipFile(RINGS.resolve("data/model.pth").toFile());
                ZipOutputStream changed =
                        new ZipOutputStream(Files.newOutputStream(folder.resolve("data/model.pth")))) {
            for (ZipEntry entry : Collections.list(good.entries())) {
                byte[] content = good.getInputStream(entry).readAllBytes();
                changed.putNextEntry(new ZipEntry(entry.getName()));
                changed.write(
                        entry.getName().equals(NETWORK)
                                ? new String(content, StandardCharsets.UTF_8)
                                        .replaceFirst("return .*", lastLine)
                                        .getBytes(StandardCharsets.UTF_8)
                                : content);
            }
        }
    }

    private String reasonAtLoad() {
        String reason = String.valueOf(assertThrows(UnservableModelException.class, () -> load().close())
                .getMessage());
        assertFalse(reason.contains(folder.toString()), reason);
        return reason;
    }

    private LoadedModel load() throws UnservableModelException {
        return LoadedModel.load(folder, "digest", settings());
    }

    private LoadSettings settings() {
        return new LoadSettings(1, 1_000_000, folder.resolveSibling("profiles"));
    }
}
