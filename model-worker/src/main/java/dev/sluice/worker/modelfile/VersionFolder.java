package dev.sluice.worker.modelfile;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;

/**
 * The folder of one version. A name that any file of the version gives leads to a regular file within the folder, or to a reason: no
 * absolute path, no {@code ..}, no symbolic link at any step of the way, no hard link to a file that has another name elsewhere.
 */
public record VersionFolder(Path root) {
    private static final String LINKS = "unix:nlink";

    public VersionFolder {
        root = root.toAbsolutePath().normalize();
    }

    /** @throws ModelFileException when something in the folder is neither a folder nor a regular file with one name */
    public void requirePlainFiles() throws ModelFileException {
        ModelFileException[] fault = new ModelFileException[1];
        try {
            if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
                throw new ModelFileException("the version's folder is missing or a link: remove it from the cache");
            }
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    try {
                        requirePlain(file);
                        return FileVisitResult.CONTINUE;
                    } catch (ModelFileException e) {
                        fault[0] = e;
                        return FileVisitResult.TERMINATE;
                    }
                }
            });
        } catch (IOException e) {
            throw new ModelFileException(
                    "the version's files cannot be listed: check the rights in the cache folder", e);
        }
        if (fault[0] != null) {
            throw fault[0];
        }
    }

    /**
     * A file that the version names.
     *
     * @param what names it, for the reason
     * @param name relative to this folder
     */
    public Path file(String what, String name) throws ModelFileException {
        return file(what, root, name);
    }

    /**
     * A file that another file of the version names.
     *
     * @param base the folder within this one that the name is relative to
     */
    Path file(String what, Path base, String name) throws ModelFileException {
        Path file = place(what, base, name);
        if (isMissing(file)) {
            throw new ModelFileException(
                    "%s names '%s', which is missing from the version's files: log it with the model"
                            .formatted(what, printable(name)));
        }
        requirePlain(file);
        return file;
    }

    /** A file that the version names and may be without. */
    public Optional<Path> optionalFile(String what, String name) throws ModelFileException {
        Path file = place(what, root, name);
        if (isMissing(file)) {
            return Optional.empty();
        }
        requirePlain(file);
        return Optional.of(file);
    }

    /** A name as a person may read it: short, and without control characters. */
    static String printable(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= 200 ? plain : plain.substring(0, 200) + "…";
    }

    static boolean isInside(String name) {
        return !name.isBlank()
                && name.indexOf('\\') < 0
                && name.chars().noneMatch(c -> c < ' ')
                && Arrays.stream(name.split("/", -1)).noneMatch(step -> step.isEmpty() || step.equals(".."));
    }

    private Path place(String what, Path base, String name) throws ModelFileException {
        if (!isInside(name)) {
            throw new ModelFileException("%s names '%s', which is outside the version's folder: name a file within it"
                    .formatted(what, printable(name)));
        }
        Path file = resolved(what, base, name);
        for (Path step = file; step != null && !step.equals(root); step = step.getParent()) {
            if (Files.isSymbolicLink(step)) {
                throw linked(step);
            }
        }
        return file;
    }

    private static Path resolved(String what, Path base, String name) throws ModelFileException {
        try {
            return base.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw new ModelFileException(
                    "%s names '%s', which is not an allowed file name: use letters, digits, '-' and '_'"
                            .formatted(what, printable(name)),
                    e);
        }
    }

    private static boolean isMissing(Path file) {
        return !Files.exists(file, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
    }

    private void requirePlain(Path file) throws ModelFileException {
        if (Files.isSymbolicLink(file)) {
            throw linked(file);
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ModelFileException(
                    "its file '%s' is no regular file: remove the version from the cache".formatted(nameOf(file)));
        }
        if (names(file) > 1) {
            throw new ModelFileException(
                    "its file '%s' is a hard link to a file with another name: remove the version from the cache"
                            .formatted(nameOf(file)));
        }
    }

    private ModelFileException linked(Path step) {
        return new ModelFileException(
                "its file '%s' is a symbolic link: log a copy of the file instead".formatted(nameOf(step)));
    }

    private String nameOf(Path file) {
        return printable(root.relativize(file).toString());
    }

    /** How many names the file has; 1 where the file system does not tell. */
    private static int names(Path file) {
        try {
            return Files.getAttribute(file, LINKS, LinkOption.NOFOLLOW_LINKS) instanceof Integer names ? names : 1;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notTold) {
            return 1;
        }
    }
}
