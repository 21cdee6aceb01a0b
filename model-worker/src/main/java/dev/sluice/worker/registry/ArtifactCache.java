package dev.sluice.worker.registry;

import dev.sluice.model.Deployment;
import dev.sluice.worker.modelfile.ModelFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloaded versions on disk, checked against their manifest each time they are used; {@link CacheLayout} tells where they lie. Several
 * workers may share the folder.
 */
public final class ArtifactCache {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactCache.class);
    /** A download that other workers' damaged copies have kept from its place so often is given up. */
    private static final int MOVES = 3;

    private final CacheLayout layout;
    private final RememberedVersions remembered;
    private final UsedFolders used;
    private final CacheSpace space;

    public ArtifactCache(Path root) {
        this(root, CacheLimits.DEFAULT, Clock.systemUTC());
    }

    ArtifactCache(Path root, CacheLimits limits, Clock clock) {
        this.layout = new CacheLayout(root);
        this.remembered = new RememberedVersions(layout);
        this.used = new UsedFolders(layout, clock);
        this.space = new CacheSpace(layout, used, limits);
    }

    /** Without what killed workers have left, and within its limits. */
    public static ArtifactCache open(Path root, CacheLimits limits) {
        return open(root, limits, Clock.systemUTC());
    }

    static ArtifactCache open(Path root, CacheLimits limits, Clock clock) {
        ArtifactCache cache = new ArtifactCache(root, limits, clock);
        try {
            DownloadFolder.deleteLeftovers(cache.layout.downloads(), clock);
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
        try {
            Optional<CachedVersion> present = present(version.model(), version.key());
            if (present.isPresent()) {
                return present.get();
            }
            VersionFiles files = registry.filesOf(version.model(), version.version());
            Optional<CachedVersion> earlier = downloadedEarlier(files, version);
            return earlier.isPresent() ? earlier.get() : download(files, version);
        } catch (IOException e) {
            throw new RegistryUnavailableException(new RegistryFault.CacheFailing(CacheFault.reason(e)), e);
        }
    }

    /** From now on this version starts when the registry is away. What fails is logged: the version is live. */
    public void rememberGood(Deployment deployment, CachedVersion version) {
        try {
            Optional<String> before = remembered.lastLive(deployment).stream().findFirst();
            if (before.isPresent() && isAnother(version, before.get())) {
                remembered.writePrevious(deployment, before.get());
            }
            remembered.write(deployment, version.key());
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
        remembered.delete(deployment);
        space.trim();
    }

    /** The version that was live last, when it still lies there whole. */
    public Optional<CachedVersion> lastGood(Deployment deployment) {
        try {
            for (String key : remembered.lastLive(deployment)) {
                Optional<CachedVersion> version = present(deployment.model(), key);
                if (version.isPresent()) {
                    return version;
                }
            }
        } catch (IOException e) {
            LOG.warn("{}: the cache cannot be read: {}", deployment, e.toString());
        }
        return Optional.empty();
    }

    /** Every deployment that was live here once; whatever else lies in that folder is passed over. */
    public List<Deployment> remembered() {
        try {
            return List.copyOf(remembered.deployments());
        } catch (IOException e) {
            LOG.warn("the cache cannot be read: {}", e.toString());
            return List.of();
        }
    }

    /** The version when it lies there whole; what is not whole is removed. */
    private Optional<CachedVersion> present(String model, String key) throws IOException {
        Path folder = layout.folder(model, key);
        for (Path step : List.of(folder.resolveSibling(""), folder)) {
            Optional<UsedFolders.Place> place = UsedFolders.Place.at(step);
            if (place.isPresent() && !CacheFolder.isFolder(step)) {
                remove(place.get(), model, key, "it is a link or a file in place of a folder");
                return Optional.empty();
            }
        }
        // First: from then on no other worker deletes it.
        return used.use(folder).flatMap(place -> whole(place, model, key));
    }

    private Optional<CachedVersion> whole(UsedFolders.Place place, String model, String key) {
        Path folder = place.folder();
        Path files = CacheLayout.files(folder);
        try {
            Manifest expected = CacheLayout.sums(folder);
            String difference = expected.differenceTo(Manifest.of(files));
            if (difference.isEmpty()) {
                String number = CacheLayout.numberOf(key);
                return Optional.of(
                        new CachedVersion(model, number, key, CacheLayout.modelId(folder), files, expected.digest()));
            }
            remove(place, model, key, difference);
        } catch (IOException | UncheckedIOException | ModelFileException e) {
            remove(place, model, key, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private void remove(UsedFolders.Place place, String model, String key, String fault) {
        LOG.warn("{} version {}: the copy in the cache is damaged ({}); downloading it again", model, key, fault);
        try {
            used.remove(place);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed from the cache: {}", place.folder(), e.toString());
        }
    }

    /** Whether the key stands for a version in the cache that is another one, by its model and its files. */
    private boolean isAnother(CachedVersion version, String key) throws IOException {
        Path folder = layout.folder(version.model(), key);
        if (key.equals(version.key()) || !CacheFolder.isFolder(folder)) {
            return false;
        }
        String modelId = CacheLayout.modelId(folder);
        boolean isSameModel = modelId.isEmpty() || modelId.equals(version.modelId());
        return !isSameModel
                || !CacheLayout.numberOf(key).equals(version.version())
                || !CacheLayout.sums(folder).digest().equals(version.digest());
    }

    /**
     * The copy that an earlier release has downloaded, when it is the version. Its number alone does not say so: the registry's files are
     * compared with it.
     */
    private Optional<CachedVersion> downloadedEarlier(VersionFiles files, RegisteredVersion version)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException, IOException {
        Path folder = layout.earlierFolder(version.model(), version.key());
        if (!CacheFolder.isFolder(folder) || CacheLayout.isIdentified(folder)) {
            return Optional.empty();
        }
        Optional<CachedVersion> copy = present(version.model(), version.version());
        if (copy.isEmpty() || !isCopy(copy.get(), files)) {
            return Optional.empty();
        }
        CacheLayout.identify(folder, version);
        LOG.info("{} version {}: using the copy that an earlier release downloaded", version.model(), version.key());
        return present(version.model(), version.key());
    }

    private boolean isCopy(CachedVersion copy, VersionFiles files)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException, IOException {
        try (DownloadFolder scratch = DownloadFolder.create(layout.downloads(), copy.model() + "-" + copy.version())) {
            return files.areIn(
                    copy.folder(),
                    CacheLayout.sums(copy.folder().resolveSibling("")).sums().keySet(),
                    scratch.path());
        }
    }

    private CachedVersion download(VersionFiles files, RegisteredVersion version)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException, IOException {
        try (DownloadFolder download =
                DownloadFolder.create(layout.downloads(), version.model() + "-" + version.version())) {
            Path fresh = download.path();
            files.downloadInto(Files.createDirectory(CacheLayout.files(fresh)), space);
            Manifest manifest = manifestOf(CacheLayout.files(fresh));
            CacheLayout.seal(fresh, manifest, version.modelId());
            Path target = layout.ownFolder(version.model(), version.key());
            Files.createDirectories(target.getParent());
            for (int move = 0; move < MOVES; move++) {
                if (used.moveIn(fresh, target)) {
                    space.trim();
                    return new CachedVersion(
                            version.model(),
                            version.version(),
                            version.key(),
                            version.modelId(),
                            CacheLayout.files(target),
                            manifest.digest());
                }
                // Another worker was faster. What it put there is checked like any other copy.
                Optional<CachedVersion> others = present(version.model(), version.key());
                if (others.isPresent()) {
                    return others.get();
                }
            }
            throw new IOException("another process writes damaged files to " + target);
        }
    }

    private static Manifest manifestOf(Path files) throws IOException {
        try {
            return Manifest.of(files);
        } catch (ModelFileException e) {
            throw new IOException("another process changed the download: " + e.getMessage(), e);
        }
    }
}
