package dev.sluice.worker;

import dev.sluice.model.Deployment;
import dev.sluice.queue.LeaseTerms;
import dev.sluice.settings.Address;
import dev.sluice.settings.AddressOption;
import dev.sluice.settings.DurationOption;
import dev.sluice.settings.RedisAddress;
import dev.sluice.settings.SettingsReader;
import dev.sluice.worker.batch.LoggedInput;
import dev.sluice.worker.inference.InputLimits;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.registry.CacheLimits;
import dev.sluice.worker.registry.MlflowServer;
import dev.sluice.worker.registry.S3Location;
import dev.sluice.worker.rollout.RolloutSettings;
import dev.sluice.worker.rollout.WithdrawalSettings;
import dev.sluice.worker.trial.TrialLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The worker's command line; every option can also be given by the environment variable named with it. */
@Command(
        name = "model-worker",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Takes jobs from Redis, infers in batches, commits answers; follows the aliases of the MLflow registry.")
final class WorkerSettings implements SettingsReader.Validated {
    /** For stopping the rollouts and for the last commits. */
    private static final Duration AFTER_THE_LAST_INFERENCE = Duration.ofSeconds(15);

    /** A JVM and an engine need about as much. */
    private static final long LEAST_TRIAL_MEMORY = 256L << 20;

    @Option(
            names = "--redis",
            converter = AddressOption.class,
            description = RedisAddress.DESCRIPTION + " (SLUICE_REDIS)")
    Address redis = Address.parse("redis://127.0.0.1:6390");

    @Option(
            names = "--mlflow",
            converter = AddressOption.class,
            description =
                    "MLflow server (SLUICE_MLFLOW). Its credentials are the environment's MLFLOW_TRACKING_USERNAME and"
                            + " MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.")
    Address mlflow = Address.parse("http://127.0.0.1:5000");

    @Option(
            names = "--mlflow-ca",
            defaultValue = "${env:MLFLOW_TRACKING_SERVER_CERT_PATH:-}",
            description = "PEM file of the certificate authorities to trust for --mlflow; none: those of the JDK"
                    + " (SLUICE_MLFLOW_CA, else MLFLOW_TRACKING_SERVER_CERT_PATH).")
    String mlflowCa = "";

    @Option(
            names = "--artifacts",
            defaultValue = "",
            description =
                    "Where MLflow keeps its artifacts, s3://bucket/folder, to fetch versions from there; none: by MLflow's"
                            + " proxy. The keys are the environment's AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or those of"
                            + " the machine's role (SLUICE_ARTIFACTS).")
    String artifacts = "";

    @Option(
            names = "--s3-endpoint",
            converter = AddressOption.class,
            description = "The S3 store of --artifacts (SLUICE_S3_ENDPOINT).")
    Address s3Endpoint = Address.parse("https://s3.amazonaws.com");

    @Option(
            names = "--s3-region",
            defaultValue = "us-east-1",
            description = "The region of --s3-endpoint (SLUICE_S3_REGION).")
    String s3Region = "";

    @Option(
            names = "--models",
            defaultValue = "",
            description =
                    "Models to serve, model or model@alias, comma separated; none: every registered model with the"
                            + " alias champion (SLUICE_MODELS).")
    String models = "";

    @Option(
            names = "--cache",
            defaultValue = ".sluice/cache",
            description = "Folder of downloaded versions and their profiles (SLUICE_CACHE).")
    Path cache = Path.of(".sluice/cache");

    @Option(
            names = "--cache-bytes",
            defaultValue = "21474836480",
            description =
                    "Most bytes of all versions in --cache. Versions that were not used for the longest time are deleted; the live"
                            + " version of each deployment and the one before it stay (SLUICE_CACHE_BYTES).")
    long cacheBytes;

    @Option(
            names = "--cache-versions",
            defaultValue = "5",
            description = "Most versions of each model in --cache, as --cache-bytes (SLUICE_CACHE_VERSIONS).")
    int cacheVersions;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address of the management port (SLUICE_HOST).")
    String host = "";

    @Option(
            names = "--management-port",
            defaultValue = "8082",
            description = "Health and metrics; taken: the next free one (SLUICE_MANAGEMENT_PORT).")
    int managementPort;

    @Option(
            names = "--watch-interval",
            defaultValue = "1s",
            converter = DurationOption.class,
            description = "How often the aliases are read (SLUICE_WATCH_INTERVAL).")
    Duration watchInterval = Duration.ZERO;

    @Option(
            names = "--dead-after",
            defaultValue = "2s",
            converter = DurationOption.class,
            description = "A worker silent for this long is dead; the same for all workers (SLUICE_DEAD_AFTER).")
    Duration deadAfter = Duration.ZERO;

    @Option(
            names = "--inference-limit",
            defaultValue = "30s",
            converter = DurationOption.class,
            description =
                    "An inference that takes longer, and ten times longer than expected, hangs: the process halts,"
                            + " its jobs go on elsewhere (SLUICE_INFERENCE_LIMIT).")
    Duration inferenceLimit = Duration.ZERO;

    @Option(
            names = "--drain-timeout",
            converter = DurationOption.class,
            description =
                    "After SIGTERM, how long running batches and their commits may take; jobs that are not committed by then"
                            + " go on elsewhere. Default: --inference-limit and 15 s (SLUICE_DRAIN_TIMEOUT).")
    @Nullable Duration drainTimeout;

    @Option(
            names = "--outcome-ttl",
            defaultValue = "15m",
            converter = DurationOption.class,
            description =
                    "How long the outcome of an asynchronous request, or of one with an Idempotency-Key, can be fetched"
                            + " (SLUICE_OUTCOME_TTL).")
    Duration outcomeTtl = Duration.ZERO;

    @Option(
            names = "--dead-letter-bytes",
            defaultValue = "67108864",
            description =
                    "Most bytes of a deployment's dead letters together, 1 KiB more for each; the oldest go first; the"
                            + " same for all workers (SLUICE_DEAD_LETTER_BYTES).")
    long deadLetterBytes;

    @Option(
            names = "--dead-letter-age",
            defaultValue = "168h",
            converter = DurationOption.class,
            description = "How long a dead letter is kept; the same for all workers (SLUICE_DEAD_LETTER_AGE).")
    Duration deadLetterAge = Duration.ZERO;

    @Option(
            names = "--prediction-log-bytes",
            defaultValue = "0",
            description =
                    "Most bytes of a deployment's prediction log while nobody has fetched them; the oldest go first, and"
                            + " are counted; 0: no log; the same for all workers (SLUICE_PREDICTION_LOG_BYTES).")
    long predictionLogBytes;

    @Option(
            names = "--log-pictures",
            description = "Pictures themselves go into the prediction log, not only their hash and size"
                    + " (SLUICE_LOG_PICTURES).")
    boolean logPictures;

    @Option(names = "--threads", defaultValue = "0", description = "Cores to infer on; 0: all (SLUICE_THREADS).")
    int threads;

    @Option(
            names = "--engine-threads",
            defaultValue = "1",
            description =
                    "Threads of one inference. More shorten a single large one; fewer serve more of them side by side"
                            + " (SLUICE_ENGINE_THREADS).")
    int engineThreads;

    @Option(
            names = "--max-pixels",
            defaultValue = "50000000",
            description = "Pictures with more pixels are refused before they are decoded (SLUICE_MAX_PIXELS).")
    long maxPixels;

    @Option(
            names = "--item-bytes",
            defaultValue = "33554432",
            description = "Most bytes of one item's input to a model; a version with larger inputs is rejected"
                    + " (SLUICE_ITEM_BYTES).")
    long itemBytes;

    @Option(
            names = "--batch-bytes",
            defaultValue = "134217728",
            description = "Most bytes of the inputs of a batch; larger batches are not formed (SLUICE_BATCH_BYTES).")
    long batchBytes;

    @Option(
            names = "--trial-memory",
            defaultValue = "0",
            description =
                    "Most bytes of memory that the trial of a version may use, in a process of its own; a version"
                            + " that needs more is rejected; 0: half of the machine's or the container's (SLUICE_TRIAL_MEMORY).")
    long trialMemory;

    @Option(
            names = "--trial-timeout",
            defaultValue = "60s",
            converter = DurationOption.class,
            description = "How long the trial of a version may take; a version that takes longer is rejected"
                    + " (SLUICE_TRIAL_TIMEOUT).")
    Duration trialTimeout = Duration.ZERO;

    @Option(
            names = "--withdrawn",
            defaultValue = "stop",
            description =
                    "What becomes of a model whose alias was deleted: stop (requests are refused, accepted ones are answered,"
                            + " then it is unloaded) or serve (SLUICE_WITHDRAWN).")
    String withdrawn = "";

    @Option(
            names = "--withdrawn-after",
            defaultValue = "30s",
            converter = DurationOption.class,
            description =
                    "How long the registry must have said that the alias does not exist; while it does not answer, nothing is"
                            + " withdrawn (SLUICE_WITHDRAWN_AFTER).")
    Duration withdrawnAfter = Duration.ZERO;

    List<Deployment> deployments() {
        return models.isBlank()
                ? List.of()
                : Arrays.stream(models.split(","))
                        .map(String::strip)
                        .map(Deployment::parse)
                        .toList();
    }

    /** @throws IllegalArgumentException when the address or the certificates cannot be used */
    MlflowServer mlflowServer(Map<String, String> environment) {
        MlflowServer server = MlflowServer.of(
                mlflow, environment, mlflowCa.isBlank() ? Optional.empty() : Optional.of(Path.of(mlflowCa.strip())));
        server.requireReadableCertificates();
        return server;
    }

    /** Where the artifacts lie, when they are not fetched by MLflow's proxy. */
    Optional<S3Location> artifactLocation() {
        return artifacts.isBlank()
                ? Optional.empty()
                : Optional.of(S3Location.parse(artifacts.strip(), URI.create(s3Endpoint.withCredentials()), s3Region));
    }

    /** Inferences of a deployment side by side. */
    int loops() {
        int cores = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        return Math.max(1, cores / engineThreads);
    }

    Duration drainTimeout() {
        return drainTimeout == null ? inferenceLimit.plus(AFTER_THE_LAST_INFERENCE) : drainTimeout;
    }

    LeaseTerms leaseTerms() {
        return new LeaseTerms(
                deadAfter,
                LeaseTerms.DEFAULT.tick(),
                outcomeTtl,
                LeaseTerms.DEFAULT.mostDeaths(),
                deadLetterBytes,
                deadLetterAge,
                predictionLogBytes);
    }

    LoggedInput loggedInput() {
        return new LoggedInput(predictionLogBytes > 0, logPictures);
    }

    CacheLimits cacheLimits() {
        return new CacheLimits(cacheBytes, cacheVersions);
    }

    RolloutSettings rolloutSettings() {
        return new RolloutSettings(deployments(), watchInterval, loadSettings(), trialLimits(), withdrawalSettings());
    }

    private LoadSettings loadSettings() {
        return new LoadSettings(
                engineThreads, maxPixels, cache.resolve("profiles"), new InputLimits(itemBytes, batchBytes));
    }

    private WithdrawalSettings withdrawalSettings() {
        return new WithdrawalSettings(
                withdrawn.equals("serve") ? WithdrawalSettings.Policy.SERVE : WithdrawalSettings.Policy.STOP,
                withdrawnAfter);
    }

    private TrialLimits trialLimits() {
        return new TrialLimits(trialMemory == 0 ? TrialLimits.halfOfTheMemory() : trialMemory, trialTimeout);
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        RedisAddress.fault(redis).ifPresent(fault -> faults.add("--redis: " + fault));
        mlflow.faultUnless(List.of("http", "https"), "http://127.0.0.1:5000")
                .ifPresent(fault -> faults.add("--mlflow: " + fault));
        try {
            mlflowServer(Map.of());
        } catch (IllegalArgumentException e) {
            faults.add("--mlflow-ca: " + e.getMessage());
        }
        if (s3Endpoint.credentials().isPresent()) {
            faults.add(
                    "--s3-endpoint: the address contains keys: give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        }
        if (managementPort < 0 || managementPort > 65_535) {
            faults.add("--management-port %d is not a port: choose 0 to 65535".formatted(managementPort));
        }
        if (cacheBytes < 0) {
            faults.add("--cache-bytes is negative: choose 0 or more");
        }
        if (cacheVersions < 1) {
            faults.add("--cache-versions is too small: choose 1 or more");
        }
        if (watchInterval.toMillis() < 100) {
            faults.add("--watch-interval is too short: choose 100ms or more");
        }
        if (deadAfter.toMillis() < 1_000) {
            faults.add("--dead-after is too short, a pause of the JVM would count as a death: choose 1s or more");
        }
        if (inferenceLimit.toMillis() < 1_000) {
            faults.add("--inference-limit is too short: choose 1s or more");
        }
        if (drainTimeout != null && drainTimeout.toMillis() < 1_000) {
            faults.add("--drain-timeout is too short: choose 1s or more");
        }
        if (outcomeTtl.toMillis() < 1_000) {
            faults.add("--outcome-ttl is too short: choose 1s or more");
        }
        if (deadLetterBytes < 0) {
            faults.add("--dead-letter-bytes is negative: choose 0 or more");
        }
        if (deadLetterAge.toMillis() < 1_000) {
            faults.add("--dead-letter-age is too short: choose 1s or more");
        }
        if (predictionLogBytes < 0) {
            faults.add("--prediction-log-bytes is negative: choose 0 or more");
        }
        if (threads < 0) {
            faults.add("--threads is negative: choose 0 or more");
        }
        if (engineThreads < 1) {
            faults.add("--engine-threads is too small: choose 1 or more");
        }
        if (maxPixels < 1) {
            faults.add("--max-pixels is too small: choose 1 or more");
        }
        if (itemBytes < 1) {
            faults.add("--item-bytes is too small: choose 1 or more");
        }
        if (batchBytes < 1) {
            faults.add("--batch-bytes is too small: choose 1 or more");
        }
        if (trialMemory != 0 && trialMemory < LEAST_TRIAL_MEMORY) {
            faults.add("--trial-memory is too small: choose 0, or at least %d".formatted(LEAST_TRIAL_MEMORY));
        }
        if (!List.of("serve", "stop").contains(withdrawn)) {
            faults.add("--withdrawn '%s' is unknown: choose serve or stop".formatted(withdrawn));
        }
        if (withdrawnAfter.toMillis() < 1_000) {
            faults.add("--withdrawn-after is too short: choose 1s or more");
        }
        if (trialTimeout.toMillis() < 1_000) {
            faults.add("--trial-timeout is too short: choose 1s or more");
        }
        try {
            deployments();
        } catch (IllegalArgumentException e) {
            faults.add("--models: " + e.getMessage());
        }
        try {
            artifactLocation();
        } catch (IllegalArgumentException e) {
            faults.add("--artifacts, --s3-endpoint: " + e.getMessage());
        }
        return faults;
    }
}
