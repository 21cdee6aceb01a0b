package dev.sluice.worker.registry;

import java.nio.file.Path;

/** A process that uses a version until it is killed; as a worker does it. */
final class HeldVersion {
    private HeldVersion() {}

    /** @param arguments the cache's folder, the registry's address, the version's number and source */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        RegisteredVersion version = new RegisteredVersion("iris", arguments[2], arguments[3], 1_000);
        try (MlflowRegistry registry = new MlflowRegistry(arguments[1])) {
            System.out.println(new ArtifactCache(Path.of(arguments[0]))
                    .fetch(registry, version)
                    .key());
            System.out.flush();
            // Ends with its parent.
            System.in.readAllBytes();
        }
    }
}
