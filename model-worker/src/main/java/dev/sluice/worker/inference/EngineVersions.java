package dev.sluice.worker.inference;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The versions of the engines on the class path, told without starting them: what one version has measured or survived, another may not. */
public final class EngineVersions {
    private static final String UNKNOWN = "unknown";
    /** In the jar of its native libraries. */
    private static final String PYTORCH = "/native/lib/pytorch.properties";

    private EngineVersions() {}

    public static String describe() {
        return "DJL %s, ONNX Runtime %s, PyTorch %s"
                .formatted(versionOf(Engine.class), versionOf(OrtEnvironment.class), pyTorch());
    }

    private static String versionOf(Class<?> type) {
        Package jar = type.getPackage();
        String implementation = jar.getImplementationVersion();
        String specification = jar.getSpecificationVersion();
        if (implementation != null) {
            return implementation;
        }
        return specification != null ? specification : UNKNOWN;
    }

    private static String pyTorch() {
        try (InputStream file = EngineVersions.class.getResourceAsStream(PYTORCH)) {
            Properties properties = new Properties();
            if (file != null) {
                properties.load(file);
            }
            return properties.getProperty("version", UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
