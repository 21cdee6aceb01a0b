package dev.sluice.worker.registry;

import dev.sluice.model.Deployment;
import dev.sluice.worker.modelfile.ModelFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloaded versions on disk, checked against their manifest each time they are used: {@code versions/MODEL/VERSION/files} with
 * {@code SHA256SUMS} beside it, and {@code live/MODEL@ALIAS} naming the version that was live last. Several workers may share the folder:
 * a version appears by one rename, whole or not at all.
 */
public final class ArtifactCache {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactCache.class);
    private static final String FILES = "files";
    private static final String SUMS = "SHA256SUMS";

    private final Path versions;
    private final Path live;
    private final Path downloads;

    public ArtifactCache(Path root) {
        this.versions = root.resolve("versions");
        this.live = root.resolve("live");
        this.downloads = root.resolve("downloads");
    }

    /**
     * The version from the cache, downloaded when it is not there or no longer whole.
     *
     * @throws RegistryUnavailableException when it cannot be downloaded now
     * @throws CorruptArtifactException when its files cannot be taken as they are
     */
    public CachedVersion fetch(MlflowRegistry registry, String model, String version)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException {
        Optional<CachedVersion> cached = whole(model, version);
        if (cached.isPresent()) {
            return cached.get();
        }
        try {
            return download(registry.filesOf(model, version), model, version);
        } catch (IOException e) {
            throw new RegistryUnavailableException(
                    new RegistryFault.CacheFailing(
                            "the cache cannot be written (%s): check the folder of --cache".formatted(e)),
                    e);
        }
    }

    /** From now on this version starts when the registry is away. */
    public void rememberGood(Deployment deployment, String version) {
        try {
            Files.createDirectories(live);
            Path fresh = Files.createTempFile(live, ".", ".new");
            Files.writeString(fresh, version);
            Files.move(fresh, live.resolve(deployment.toString()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{}: cannot note in the cache that version {} is good: {}", deployment, version, e.toString());
        }
    }

    /** The version that was live last, when it still lies there whole. */
    public Optional<CachedVersion> lastGood(Deployment deployment) {
        Path note = live.resolve(deployment.toString());
        try {
            return Files.exists(note)
                    ? whole(deployment.model(), Files.readString(note).strip())
                    : Optional.empty();
        } catch (IOException e) {
            LOG.warn("{}: the cache cannot be read: {}", deployment, e.toString());
            return Optional.empty();
        }
    }

    /** Every deployment that was live here once. */
    public List<Deployment> remembered() {
        if (!Files.isDirectory(live)) {
            return List.of();
        }
        try (Stream<Path> notes = Files.list(live)) {
            return notes.map(note -> note.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .map(Deployment::parse)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            LOG.warn("the cache cannot be read: {}", e.toString());
            return List.of();
        }
    }

    private Optional<CachedVersion> whole(String model, String version) {
        Path folder = folderOf(model, version);
        for (Path step : List.of(versions.resolve(model), folder)) {
            if (!Files.exists(step, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            if (!Files.isDirectory(step, LinkOption.NOFOLLOW_LINKS)) {
                return discarded(model, version, step, "it is a link or a file in place of a folder");
            }
        }
        try {
            Manifest expected = Manifest.read(folder.resolve(SUMS));
            String difference = expected.differenceTo(Manifest.of(folder.resolve(FILES)));
            return difference.isEmpty()
                    ? Optional.of(new CachedVersion(model, version, folder.resolve(FILES), expected.digest()))
                    : discarded(model, version, folder, difference);
        } catch (IOException | UncheckedIOException | ModelFileException e) {
            return discarded(model, version, folder, String.valueOf(e.getMessage()));
        }
    }

    private Optional<CachedVersion> discarded(String model, String version, Path step, String fault) {
        LOG.warn("{} version {}: the copy in the cache is damaged ({}); downloading it again", model, version, fault);
        setAside(step);
        return Optional.empty();
    }

    private CachedVersion download(VersionFiles files, String model, String version)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException, IOException {
        Files.createDirectories(downloads);
        Path fresh = Files.createTempDirectory(downloads, model + "-" + version + "-");
        try {
            files.downloadInto(Files.createDirectory(fresh.resolve(FILES)));
            Manifest manifest = manifestOf(fresh.resolve(FILES));
            writeThrough(fresh.resolve(SUMS), manifest.text());
            Path target = folderOf(model, version);
            Files.createDirectories(target.getParent());
            moveUnlessThere(fresh, target);
            return new CachedVersion(model, version, target.resolve(FILES), manifest.digest());
        } finally {
            delete(fresh);
        }
    }

    private static Manifest manifestOf(Path files) throws IOException {
        try {
            return Manifest.of(files);
        } catch (ModelFileException e) {
            throw new IOException("another process changed the download: " + e.getMessage(), e);
        }
    }

    /** Another worker may have been faster; its copy is as good. */
    private static void moveUnlessThere(Path fresh, Path target) throws IOException {
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
            LOG.debug("{} was fetched by another worker meanwhile", target);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the cache must lie on one file system", e);
        }
    }

    private void setAside(Path folder) {
        try {
            Files.createDirectories(downloads);
            Path aside = Files.createTempDirectory(downloads, "broken-");
            Files.move(folder, aside.resolve("version"), StandardCopyOption.ATOMIC_MOVE);
            delete(aside);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed from the cache: {}", folder, e.toString());
        }
    }

    private Path folderOf(String model, String version) {
        return versions.resolve(model).resolve(version);
    }

    private static void writeThrough(Path file, String text) throws IOException {
        Files.writeString(file, text);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }
}
