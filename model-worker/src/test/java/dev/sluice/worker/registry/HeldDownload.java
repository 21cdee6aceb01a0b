package dev.sluice.worker.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that downloads into a cache until it is killed; as a worker does it. */
final class HeldDownload {
    private HeldDownload() {}

    /** @param arguments the folder of downloads */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException {
        DownloadFolder folder = DownloadFolder.create(Path.of(arguments[0]), "iris-1");
        Files.writeString(folder.path().resolve("half"), "of a file");
        System.out.println(folder.path());
        System.out.flush();
        // Ends with its parent.
        System.in.readAllBytes();
    }
}
