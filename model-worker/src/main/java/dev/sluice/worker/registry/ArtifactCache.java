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
 * Downloaded versions on disk, checked against their checksums each time they are used; {@link CacheLayout} describes the folder. Several
 * workers may share it.
 */
public final class ArtifactCache {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactCache.class);
    /** Attempts to move a download to its place, where other workers put damaged copies meanwhile. */
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

    /** Deletes incomplete downloads of killed workers, and what exceeds the limits. */
    public static ArtifactCache open(Path root, CacheLimits limits) {
        return open(root, limits, Clock.systemUTC());
    }

    static ArtifactCache open(Path root, CacheLimits limits, Clock clock) {
        ArtifactCache cache = new ArtifactCache(root, limits, clock);
        try {
            DownloadFolder.deleteLeftovers(cache.layout.downloads(), clock);
        } catch (IOException e) {
            LOG.warn("Cannot delete incomplete downloads: {}", CacheFault.reason(e));
        }
        cache.space.trim();
        return cache;
    }

    /**
     * The version from the cache; downloaded if the cache has no complete copy.
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

    /** From now on a start without the registry serves this version. A failure is logged, because the version is live already. */
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
                    "{}: version {} is live but not noted in the cache, a start without the registry will not serve it: {}",
                    deployment,
                    version.version(),
                    CacheFault.reason(e));
        }
    }

    /** A withdrawn deployment no longer starts from the cache, and the limits apply to all its versions. A failure is logged. */
    public void forget(Deployment deployment) {
        remembered.delete(deployment);
        space.trim();
    }

    /** The version that was live last, if the cache has a complete copy. */
    public Optional<CachedVersion> lastGood(Deployment deployment) {
        try {
            for (String key : remembered.lastLive(deployment)) {
                Optional<CachedVersion> version = present(deployment.model(), key);
                if (version.isPresent()) {
                    return version;
                }
            }
        } catch (IOException e) {
            LOG.warn("{}: {}", deployment, CacheFault.unreadable(e));
        }
        return Optional.empty();
    }

    /** Every deployment that was live on this cache; stray files are ignored. */
    public List<Deployment> remembered() {
        try {
            return List.copyOf(remembered.deployments());
        } catch (IOException e) {
            LOG.warn("{}", CacheFault.unreadable(e));
            return List.of();
        }
    }

    /** The version if its copy is complete; a damaged copy is removed. */
    private Optional<CachedVersion> present(String model, String key) throws IOException {
        Path folder = layout.folder(model, key);
        for (Path step : List.of(folder.resolveSibling(""), folder)) {
            Optional<UsedFolders.Place> place = UsedFolders.Place.at(step);
            if (place.isPresent() && !CacheFolder.isFolder(step)) {
                remove(place.get(), model, key, "it is a link or a file in place of a folder");
                return Optional.empty();
            }
        }
        // Before the check: from here on no other worker deletes it.
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
        LOG.warn("{} version {}: removing its damaged copy from the cache ({})", model, key, fault);
        try {
            used.remove(place);
        } catch (IOException e) {
            LOG.warn("Cannot remove {}: {}", place.folder(), CacheFault.reason(e));
        }
    }

    /** Whether the key names a copy in the cache of another model or with other files. A damaged copy is not worth a note. */
    private boolean isAnother(CachedVersion version, String key) {
        try {
            Path folder = layout.folder(version.model(), key);
            if (key.equals(version.key()) || !CacheFolder.isFolder(folder)) {
                return false;
            }
            String digest = CacheLayout.sums(folder).digest();
            String modelId = CacheLayout.modelId(folder);
            boolean isSameModel = modelId.isEmpty() || modelId.equals(version.modelId());
            return !isSameModel
                    || !CacheLayout.numberOf(key).equals(version.version())
                    || !digest.equals(version.digest());
        } catch (IOException damaged) {
            return false;
        }
    }

    /**
     * The copy that an earlier release downloaded, if it is this version. The number alone does not prove that, so the copy is compared
     * with the registry's files.
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
                // Another worker was faster. Its copy is checked like any other.
                Optional<CachedVersion> others = present(version.model(), version.key());
                if (others.isPresent()) {
                    return others.get();
                }
            }
            throw new IOException("another process writes damaged files to %s".formatted(target));
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
