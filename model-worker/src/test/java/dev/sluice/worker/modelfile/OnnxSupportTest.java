package dev.sluice.worker.modelfile;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sluice.worker.models.Proto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said to be too new is what the library itself does not take, and no more. */
class OnnxSupportTest {
    private static final int FLOAT = 1;

    @TempDir
    Path folder;

    @BeforeAll
    static void startDjlFirst() {
        Engine.getEngine("OnnxRuntime");
    }

    @Test
    void theRuntimeIsTheOneThatTheReasonsName() {
        assertEquals(OrtEnvironment.getEnvironment().getVersion(), OnnxSupport.RUNTIME);
    }

    @Test
    void theHighestVersionsAreServedAndTheNextOnesAreNot() throws Exception {
        int opset = OnnxSupport.HIGHEST_OPSETS.get("");
        int trees = OnnxSupport.HIGHEST_OPSETS.get("ai.onnx.ml");
        served(model(OnnxSupport.HIGHEST_IR, opset, trees, FLOAT));
        String ir = refused(model(OnnxSupport.HIGHEST_IR + 1, opset, trees, FLOAT));
        assertTrue(
                ir.startsWith(
                        "its ONNX file has the IR version 11, ONNX Runtime 1.21.1 takes at most 10: export it with a lower opset"),
                ir);
        String next = refused(model(OnnxSupport.HIGHEST_IR, opset + 1, trees, FLOAT));
        assertTrue(
                next.startsWith("its ONNX file uses opset 23 of ai.onnx, ONNX Runtime 1.21.1 takes at most 22: "),
                next);
        String ml = refused(model(OnnxSupport.HIGHEST_IR, opset, trees + 1, FLOAT));
        assertTrue(
                ml.startsWith("its ONNX file uses opset 6 of ai.onnx.ml, ONNX Runtime 1.21.1 takes at most 5: "), ml);
    }

    @ParameterizedTest
    @CsvSource({"10,float16", "16,bfloat16", "2,uint8", "13,uint64", "14,complex64"})
    void anInputOfATypeThatIsNotServedIsNamed(int type, String name) throws IOException {
        Files.write(folder.resolve("model.onnx"), model(8, 17, 3, type));
        String reason = reason();
        assertTrue(reason.startsWith("its input 'x' is %s, which is not served: ".formatted(name)), reason);
    }

    private void served(byte[] model) throws IOException {
        Files.write(folder.resolve("model.onnx"), model);
        assertDoesNotThrow(this::check);
        assertDoesNotThrow(this::open);
    }

    /** @return why */
    private String refused(byte[] model) throws IOException {
        Files.write(folder.resolve("model.onnx"), model);
        assertThrows(OrtException.class, this::open);
        return reason();
    }

    private String reason() {
        return String.valueOf(
                assertThrows(ModelFileException.class, this::check).getMessage());
    }

    private void check() throws ModelFileException {
        OnnxReader.check(new VersionFolder(folder), folder.resolve("model.onnx"));
    }

    private void open() throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.disablePerSessionThreads();
            OrtEnvironment.getEnvironment()
                    .createSession(folder.resolve("model.onnx").toString(), options)
                    .close();
        }
    }

    private static byte[] model(int ir, int opset, int trees, int type) {
        Proto node = new Proto().text(1, "x").text(2, "y").text(4, "Identity");
        Proto graph = new Proto()
                .text(2, "graph")
                .message(1, node)
                .message(11, value("x", type))
                .message(12, value("y", type));
        return new Proto()
                .number(1, ir)
                .message(8, new Proto().text(1, "").number(2, opset))
                .message(8, new Proto().text(1, "ai.onnx.ml").number(2, trees))
                .message(7, graph)
                .bytes();
    }

    private static Proto value(String name, int type) {
        Proto shape = new Proto().message(1, new Proto().text(2, "batch")).message(1, new Proto().number(1, 1));
        return new Proto()
                .text(1, name)
                .message(2, new Proto().message(1, new Proto().number(1, type).message(2, shape)));
    }
}
