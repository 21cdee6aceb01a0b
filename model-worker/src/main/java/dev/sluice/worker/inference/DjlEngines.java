package dev.sluice.worker.inference;

import ai.djl.engine.Engine;
import java.util.Map;

/** DJL's engines live once per process and read their settings from system properties as they start: these come first. */
final class DjlEngines {
    private DjlEngines() {}

    /** Starts the engine unless it runs already; what an operator has set with -D stays as it is. */
    static Engine get(ServedFlavor flavor, LoadSettings load) {
        OnnxRuntimeLibrary.unpackInto(load.natives());
        Map<String, String> settings = Map.of(
                "ai.djl.offline", "true",
                "OPT_OUT_TRACKING", "true",
                // Rows need no PyTorch beside ONNX Runtime: a second saved at each start.
                "ai.djl.onnx.disable_alternative", "true",
                "ai.djl.onnxruntime.num_threads", Integer.toString(load.threads()),
                "ai.djl.pytorch.num_threads", Integer.toString(load.threads()),
                "ai.djl.pytorch.num_interop_threads", "1",
                // It compiles anew for each batch size, while requests wait.
                "ai.djl.pytorch.graph_optimizer", "false");
        settings.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        return Engine.getEngine(flavor.engine());
    }
}
