package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineVersionsTest {
    @TempDir
    Path folder;

    @Test
    void theVersionsAreThoseThatTheEnginesSayOnceTheyRun() {
        String told = EngineVersions.describe();
        LoadSettings settings = new LoadSettings(1, 1_000_000, folder.resolve("profiles"));
        DjlEngines.get(ServedFlavor.ONNX, settings);
        Engine pyTorch = DjlEngines.get(ServedFlavor.TORCHSCRIPT, settings);
        assertEquals(
                "DJL %s, ONNX Runtime %s, PyTorch %s"
                        .formatted(
                                Engine.getDjlVersion(),
                                OrtEnvironment.getEnvironment().getVersion(),
                                pyTorch.getVersion()),
                // With the day of its build.
                told.replaceAll("-\\d{8}$", ""));
    }
}
