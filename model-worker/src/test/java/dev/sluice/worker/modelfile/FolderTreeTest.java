package dev.sluice.worker.modelfile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTreeTest {
    @TempDir
    Path home;

    @Test
    void whatIsGoneAlreadyIsNoFault() throws Exception {
        FolderTree.delete(home.resolve("missing").resolve("too"));
    }

    @Test
    void linksAreDeletedAndNotFollowed() throws Exception {
        Path outside =
                Files.createFile(Files.createDirectory(home.resolve("outside")).resolve("file"));
        Path tree = Files.createDirectory(home.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), outside.getParent());
        FolderTree.delete(tree);
        assertFalse(Files.exists(tree));
        assertTrue(Files.exists(outside));
    }

    @Test
    void severalDeleteOneTreeSideBySide() throws Exception {
        Path tree = home.resolve("tree");
        for (int folder = 0; folder < 50; folder++) {
            Path files = Files.createDirectories(tree.resolve("folder-" + folder));
            for (int file = 0; file < 10; file++) {
                Files.createFile(files.resolve("file-" + file));
            }
        }
        List<Future<?>> deletions = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                deletions.add(threads.submit(() -> {
                    FolderTree.delete(tree);
                    return null;
                }));
            }
            for (Future<?> deletion : deletions) {
                deletion.get();
            }
        }
        assertFalse(Files.exists(tree));
    }
}
