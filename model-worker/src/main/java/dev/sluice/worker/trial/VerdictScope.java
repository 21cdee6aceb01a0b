package dev.sluice.worker.trial;

import dev.sluice.text.Sha256;
import dev.sluice.worker.inference.EngineVersions;
import dev.sluice.worker.inference.Processor;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * What a verdict holds for, beside a version and its limits: after an upgrade of an engine, with another build of the worker, or on
 * another processor, the version is tried again.
 *
 * @param build of the worker with its libraries
 */
record VerdictScope(String engines, String build, String processor) {

    static VerdictScope ofThisProcess() {
        return new VerdictScope(
                EngineVersions.describe(),
                Sha256.hex(describe(System.getProperty("java.class.path")), 16),
                Processor.describe());
    }

    /** Names, sizes and dates of the jars, also of those that a jar's manifest names; a folder of classes counts by its name. */
    private static String describe(String classPath) {
        StringBuilder text = new StringBuilder();
        for (String entry : classPath.split(File.pathSeparator)) {
            File file = new File(entry);
            append(file, text);
            for (String library : librariesOf(file)) {
                append(Path.of(entry).resolveSibling(library).toFile(), text);
            }
        }
        return text.toString();
    }

    private static void append(File file, StringBuilder text) {
        text.append(file.getName());
        if (file.isFile()) {
            text.append(' ').append(file.length()).append(' ').append(file.lastModified());
        }
        text.append('\n');
    }

    private static String[] librariesOf(File file) {
        if (!file.isFile()) {
            return new String[0];
        }
        try (JarFile jar = new JarFile(file)) {
            Manifest manifest = jar.getManifest();
            String libraries =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            // Absolute entries are addresses: their jars stand on no worker's class path.
            return libraries == null || libraries.contains("file:")
                    ? new String[0]
                    : libraries.strip().split("\\s+");
        } catch (IOException notAJar) {
            return new String[0];
        }
    }
}
