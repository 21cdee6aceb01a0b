package dev.sluice.worker.registry;

import dev.sluice.model.Deployment;
import dev.sluice.worker.modelfile.ModelFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloaded versions on disk, checked against their manifest each time they are used: {@code versions/MODEL/KEY/files} with
 * {@code SHA256SUMS} beside it, {@code live/MODEL@ALIAS} naming the version that was live last, and {@code previous/MODEL@ALIAS} the one
 * before it. Several workers may share the folder: a version appears by one rename, whole or not at all.
 */
public final class ArtifactCache {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactCache.class);
    private static final String FILES = "files";
    private static final String SUMS = "SHA256SUMS";
    private static final String MODEL_ID = "MODEL_ID";

    private final Path versions;
    private final Path downloads;
    private final LiveNotes live;
    private final LiveNotes previous;
    private final CacheSpace space;

    public ArtifactCache(Path root) {
        this(root, CacheLimits.DEFAULT, Clock.systemUTC());
    }

    ArtifactCache(Path root, CacheLimits limits, Clock clock) {
        this.versions = root.resolve("versions");
        this.downloads = root.resolve("downloads");
        this.live = new LiveNotes(root.resolve("live"));
        this.previous = new LiveNotes(root.resolve("previous"));
        this.space = new CacheSpace(versions, List.of(live, previous), limits, clock);
    }

    /** Without what killed workers have left, and within its limits. */
    public static ArtifactCache open(Path root, CacheLimits limits) {
        return open(root, limits, Clock.systemUTC());
    }

    static ArtifactCache open(Path root, CacheLimits limits, Clock clock) {
        ArtifactCache cache = new ArtifactCache(root, limits, clock);
        try {
            DownloadFolder.deleteLeftovers(cache.downloads, clock);
        } catch (IOException e) {
            LOG.warn("leftovers cannot be deleted: {}", CacheFault.reason(e));
        }
        cache.space.trim();
        return cache;
    }

    /**
     * The version from the cache, downloaded when it is not there or no longer whole.
     *
     * @throws RegistryUnavailableException when it cannot be downloaded now
     * @throws CorruptArtifactException when its files cannot be taken as they are
     */
    public CachedVersion fetch(MlflowRegistry registry, RegisteredVersion version)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException {
        Optional<CachedVersion> cached = whole(version.model(), version.key());
        if (cached.isPresent()) {
            space.use(folderOf(version.model(), version.key()));
            return cached.get();
        }
        try {
            return download(registry.filesOf(version.model(), version.version()), version);
        } catch (IOException e) {
            throw new RegistryUnavailableException(new RegistryFault.CacheFailing(CacheFault.reason(e)), e);
        }
    }

    /** From now on this version starts when the registry is away. What fails is logged: the version is live. */
    public void rememberGood(Deployment deployment, CachedVersion version) {
        try {
            Optional<String> before = live.of(deployment).filter(other -> !other.equals(version.key()));
            if (before.isPresent()) {
                previous.write(deployment, before.get());
            }
            live.write(deployment, version.key());
            space.trim();
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "{}: cannot note in the cache that version {} is good: {}",
                    deployment,
                    version.version(),
                    e.toString());
        }
    }

    /** A withdrawn deployment no longer starts from the cache, and its versions stay only within the limits. What fails is logged. */
    public void forget(Deployment deployment) {
        for (LiveNotes notes : List.of(live, previous)) {
            try {
                notes.delete(deployment);
            } catch (IOException e) {
                LOG.warn(
                        "{}: the note in the cache cannot be deleted ({}): delete MODEL@ALIAS in the folders of --cache,"
                                + " or the next start serves it from there",
                        deployment,
                        e.toString());
            }
        }
        space.trim();
    }

    /** The version that was live last, when it still lies there whole. */
    public Optional<CachedVersion> lastGood(Deployment deployment) {
        try {
            return live.of(deployment).flatMap(key -> whole(deployment.model(), key));
        } catch (IOException e) {
            LOG.warn("{}: the cache cannot be read: {}", deployment, e.toString());
            return Optional.empty();
        }
    }

    /** Every deployment that was live here once; whatever else lies in that folder is passed over. */
    public List<Deployment> remembered() {
        try {
            return List.copyOf(live.all().keySet());
        } catch (IOException e) {
            LOG.warn("the cache cannot be read: {}", e.toString());
            return List.of();
        }
    }

    private Optional<CachedVersion> whole(String model, String key) {
        Path folder = folderOf(model, key);
        for (Path step : List.of(versions.resolve(model), folder)) {
            if (!Files.exists(step, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            if (!Files.isDirectory(step, LinkOption.NOFOLLOW_LINKS)) {
                return discarded(model, key, step, "it is a link or a file in place of a folder");
            }
        }
        try {
            Manifest expected = Manifest.read(folder.resolve(SUMS));
            String difference = expected.differenceTo(Manifest.of(folder.resolve(FILES)));
            return difference.isEmpty()
                    ? Optional.of(new CachedVersion(
                            model, versionOf(key), key, modelIdIn(folder), folder.resolve(FILES), expected.digest()))
                    : discarded(model, key, folder, difference);
        } catch (IOException | UncheckedIOException | ModelFileException e) {
            return discarded(model, key, folder, String.valueOf(e.getMessage()));
        }
    }

    private Optional<CachedVersion> discarded(String model, String version, Path step, String fault) {
        LOG.warn("{} version {}: the copy in the cache is damaged ({}); downloading it again", model, version, fault);
        setAside(step);
        return Optional.empty();
    }

    private CachedVersion download(VersionFiles files, RegisteredVersion version)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException, IOException {
        try (DownloadFolder download = DownloadFolder.create(downloads, version.model() + "-" + version.version())) {
            Path fresh = download.path();
            files.downloadInto(Files.createDirectory(fresh.resolve(FILES)), space);
            Manifest manifest = manifestOf(fresh.resolve(FILES));
            writeThrough(fresh.resolve(SUMS), manifest.text());
            writeThrough(fresh.resolve(MODEL_ID), version.modelId());
            Path target = folderOf(version.model(), version.key());
            Files.createDirectories(target.getParent());
            moveUnlessThere(fresh, target);
            space.use(target);
            space.trim();
            return new CachedVersion(
                    version.model(),
                    version.version(),
                    version.key(),
                    version.modelId(),
                    target.resolve(FILES),
                    manifest.digest());
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
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the cache must be on one file system", e);
        } catch (FileSystemException e) {
            // Linux has no exception of its own for a folder that is there.
            if (!Files.isDirectory(target)) {
                throw e;
            }
            LOG.debug("{} was fetched by another worker meanwhile", target);
        }
    }

    private void setAside(Path folder) {
        try (DownloadFolder aside = DownloadFolder.create(downloads, "broken")) {
            Files.move(folder, aside.path().resolve("version"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed from the cache: {}", folder, e.toString());
        }
    }

    private Path folderOf(String model, String key) {
        return versions.resolve(model).resolve(key);
    }

    /** An earlier release had the number alone for a key. */
    private static String versionOf(String key) {
        return key.replaceFirst("-.*", "");
    }

    /** An earlier release did not write it. */
    private static String modelIdIn(Path folder) throws IOException {
        Path file = folder.resolve(MODEL_ID);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? Files.readString(file).strip()
                : "";
    }

    private static void writeThrough(Path file, String text) throws IOException {
        Files.writeString(file, text);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
