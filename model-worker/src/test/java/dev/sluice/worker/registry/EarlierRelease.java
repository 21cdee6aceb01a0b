package dev.sluice.worker.registry;

import dev.sluice.model.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Reads and writes a cache folder as the release before version identities does: it knows numbers only. */
public final class EarlierRelease {
    private final Path root;

    public EarlierRelease(Path root) {
        this.root = root;
    }

    /** Downloads the version and notes that it is live. */
    void goLive(Deployment deployment, String number, Map<String, String> files) throws Exception {
        Path folder = Files.createDirectories(root.resolve("versions/" + deployment.model() + "/" + number));
        Path content = Files.createDirectories(folder.resolve("files"));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(content.resolve(file.getKey()), file.getValue());
        }
        seal(deployment, number);
    }

    /** Notes that the version, whose files lie in the cache already, is live. */
    public void seal(Deployment deployment, String number) throws Exception {
        Path folder = root.resolve("versions/" + deployment.model() + "/" + number);
        Files.writeString(
                folder.resolve("SHA256SUMS"),
                Manifest.of(folder.resolve("files")).text());
        Files.createDirectories(root.resolve("live"));
        Files.writeString(root.resolve("live").resolve(deployment.toString()), number);
    }

    /** What it takes for the number of the version that was live last, and asks the registry for. */
    Optional<String> lastLive(Deployment deployment) throws IOException {
        Path note = root.resolve("live").resolve(deployment.toString());
        return Files.exists(note) ? Optional.of(Files.readString(note).strip()) : Optional.empty();
    }
}
