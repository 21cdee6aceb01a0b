package dev.sluice.worker.registry;

import dev.sluice.model.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A folder with a file for each deployment, {@code MODEL@ALIAS}, that names one version of it. Other files are ignored. */
final class LiveNotes {
    /** A folder's name in the cache. */
    private static final Pattern KEY = Pattern.compile("[0-9A-Za-z][0-9A-Za-z_.-]{0,200}");

    private final Path folder;

    LiveNotes(Path folder) {
        this.folder = folder;
    }

    /** Each deployment with the version that its note names. */
    Map<Deployment, String> all() throws IOException {
        Map<Deployment, String> all = new TreeMap<>();
        for (Path note : CacheFolder.entries(folder)) {
            Optional<Deployment> deployment = deploymentOf(note);
            Optional<String> version = read(note);
            if (deployment.isPresent() && version.isPresent()) {
                all.put(deployment.get(), version.get());
            }
        }
        return all;
    }

    Optional<String> of(Deployment deployment) throws IOException {
        return read(folder.resolve(deployment.toString()));
    }

    void write(Deployment deployment, String version) throws IOException {
        Files.createDirectories(folder);
        CacheFolder.replace(folder.resolve(deployment.toString()), version);
    }

    void delete(Deployment deployment) throws IOException {
        Files.deleteIfExists(folder.resolve(deployment.toString()));
    }

    private static Optional<Deployment> deploymentOf(Path note) {
        String name = String.valueOf(note.getFileName());
        try {
            return Optional.of(Deployment.parse(name))
                    .filter(deployment -> deployment.toString().equals(name));
        } catch (IllegalArgumentException stray) {
            return Optional.empty();
        }
    }

    private static Optional<String> read(Path note) throws IOException {
        return CacheFolder.line(note).filter(version -> KEY.matcher(version).matches());
    }
}
