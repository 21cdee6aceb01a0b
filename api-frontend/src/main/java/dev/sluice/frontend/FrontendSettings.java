package dev.sluice.frontend;

import dev.sluice.frontend.body.ExtraColumns;
import dev.sluice.frontend.body.InputLimits;
import dev.sluice.frontend.http.HttpFront;
import dev.sluice.model.Deployment;
import dev.sluice.queue.QueueBudget;
import dev.sluice.settings.Address;
import dev.sluice.settings.AddressOption;
import dev.sluice.settings.DurationOption;
import dev.sluice.settings.RedisAddress;
import dev.sluice.settings.SettingsReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What one API process can be told; each option has an environment variable, see {@link SettingsReader}. */
@Command(
        name = "api-frontend",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description = "The HTTP front of Sluice. Each option can be given as an environment variable:"
                + " --image-model is SLUICE_IMAGE_MODEL. Times are written 500ms, 10s, 5m or 1h.")
public final class FrontendSettings implements SettingsReader.Validated {
    private static final Duration IDLE_SPARE = Duration.ofSeconds(15);
    private static final Duration SHORTEST = Duration.ofMillis(1);

    @Option(names = "--redis", converter = AddressOption.class, description = RedisAddress.DESCRIPTION)
    Address redis = Address.parse("redis://127.0.0.1:6390");

    @Option(names = "--host", description = "Address to listen on.")
    String host = "127.0.0.1";

    @Option(names = "--port", description = "Port of the interface.")
    int port = 8080;

    @Option(names = "--management-port", description = "Port of health, metrics and dead letters; not for the public.")
    int managementPort = 8081;

    @Option(names = "--image-model", description = "Model (or model@alias) of POST /predict.")
    String imageModel = "imagenet";

    @Option(names = "--tabular-model", description = "Model (or model@alias) of POST /model/predict.")
    String tabularModel = "california-housing";

    @Option(names = "--body-limit", description = "Most bytes of a request's body.")
    long bodyLimit = 16 << 20;

    @Option(names = "--in-flight-limit", description = "Most bytes of bodies that this process holds at once.")
    long inFlightLimit = 64 << 20;

    @Option(
            names = "--body-timeout",
            converter = DurationOption.class,
            description = "A body has to arrive within this.")
    Duration bodyTimeout = Duration.ofSeconds(30);

    @Option(
            names = "--head-timeout",
            converter = DurationOption.class,
            description = "The head of a connection's first request has to arrive within this.")
    Duration headTimeout = Duration.ofSeconds(10);

    @Option(
            names = "--idle-timeout",
            converter = DurationOption.class,
            description =
                    "A connection without a byte is closed after this. Longer than that of the load balancer before it,"
                            + " and by default 15s longer than the longest wait for an answer: 75s.")
    @Nullable Duration idleTimeout;

    @Option(names = "--max-rows", description = "Most rows of a request.")
    int maxRows = 10_000;

    @Option(
            names = "--extra-columns",
            description = "refuse or ignore columns that the model does not have; ignored ones are named in a header.")
    String extraColumns = "refuse";

    @Option(names = "--max-pictures", description = "Most pictures of a request.")
    int maxPictures = 32;

    @Option(names = "--max-pixels", description = "Most pixels of a picture.")
    long maxPixels = 50_000_000;

    @Option(
            names = "--deadline",
            converter = DurationOption.class,
            description = "A prediction is answered within this.")
    Duration deadline = Duration.ofSeconds(10);

    @Option(
            names = "--max-deadline",
            converter = DurationOption.class,
            description = "The longest that a caller may ask for by X-Sluice-Deadline-Ms.")
    Duration maxDeadline = Duration.ofSeconds(60);

    @Option(
            names = "--async-deadline",
            converter = DurationOption.class,
            description = "An asynchronous job is begun within this, or expires.")
    Duration asyncDeadline = Duration.ofHours(1);

    @Option(
            names = "--worker-grace",
            converter = DurationOption.class,
            description = "Requests still wait for an answer this long after a worker was last seen.")
    Duration workerGrace = Duration.ofSeconds(30);

    @Option(
            names = "--outcome-ttl",
            converter = DurationOption.class,
            description =
                    "How long the outcome of an asynchronous request, or of one with an Idempotency-Key, can be fetched.")
    Duration outcomeTtl = Duration.ofMinutes(15);

    @Option(names = "--max-open-jobs", description = "Most accepted and unanswered jobs of a deployment.")
    int maxOpenJobs = QueueBudget.DEFAULT.jobs();

    @Option(names = "--max-open-items", description = "Most accepted and unanswered items of a deployment.")
    int maxOpenItems = QueueBudget.DEFAULT.items();

    @Option(names = "--max-open-bytes", description = "Most accepted and unanswered bytes of a deployment.")
    long maxOpenBytes = QueueBudget.DEFAULT.bytes();

    @Option(
            names = "--feedback-bytes",
            description = "Most bytes of feedback on a deployment that wait to be kept; beyond it feedback is refused.")
    long feedbackBytes = 16 << 20;

    @Option(
            names = "--drain-delay",
            converter = DurationOption.class,
            description = "After SIGTERM, to go on serving while load balancers see that it is not ready.")
    Duration drainDelay = Duration.ofSeconds(1);

    @Option(
            names = "--drain-timeout",
            converter = DurationOption.class,
            description = "After SIGTERM, to finish what is held.")
    Duration drainTimeout = Duration.ofSeconds(20);

    @Option(names = "--log-format", description = "text or json.")
    String logFormat = "text";

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        requirePort(faults, "--port", port);
        requirePort(faults, "--management-port", managementPort);
        if (port == managementPort && port != 0) {
            faults.add("--port and --management-port are both " + port + ": give each its own");
        }
        RedisAddress.fault(redis).ifPresent(fault -> faults.add("--redis: " + fault));
        requireDefaultModels(faults);
        requireAtLeast(faults, "--body-limit", bodyLimit, 1_024);
        requireAtLeast(faults, "--in-flight-limit", inFlightLimit, bodyLimit);
        requireAtLeast(faults, "--max-rows", maxRows, 1);
        requireAtLeast(faults, "--max-pictures", maxPictures, 1);
        requireAtLeast(faults, "--max-pixels", maxPixels, 1);
        requireAtLeast(faults, "--max-open-jobs", maxOpenJobs, 1);
        requireAtLeast(faults, "--max-open-items", maxOpenItems, 1);
        requireAtLeast(faults, "--max-open-bytes", maxOpenBytes, bodyLimit);
        requireAtLeast(faults, "--feedback-bytes", feedbackBytes, 1_024);
        requireTimes(faults);
        if (ExtraColumns.Policy.ofName(extraColumns).isEmpty()) {
            faults.add("--extra-columns '%s' is unknown: choose refuse or ignore".formatted(extraColumns));
        }
        if (!List.of("text", "json").contains(logFormat)) {
            faults.add("--log-format '%s' is unknown: choose text or json".formatted(logFormat));
        }
        return faults;
    }

    HttpFront.Terms frontTerms() {
        return new HttpFront.Terms(
                Deployment.parse(imageModel),
                Deployment.parse(tabularModel),
                deadline,
                maxDeadline,
                asyncDeadline,
                headTimeout,
                idleTimeout(),
                feedbackBytes);
    }

    ExtraColumns.Policy extraColumns() {
        return ExtraColumns.Policy.ofName(extraColumns).orElseThrow();
    }

    private Duration idleTimeout() {
        return idleTimeout == null ? longestSilence().plus(IDLE_SPARE) : idleTimeout;
    }

    /** For which an exchange may rightly be without a byte. */
    private Duration longestSilence() {
        return maxDeadline.compareTo(HttpFront.LONGEST_WAIT) > 0 ? maxDeadline : HttpFront.LONGEST_WAIT;
    }

    InputLimits inputLimits() {
        return new InputLimits(bodyLimit, maxRows, maxPictures, maxPixels, bodyTimeout);
    }

    QueueBudget budget() {
        return new QueueBudget(maxOpenJobs, maxOpenItems, maxOpenBytes);
    }

    private void requireDefaultModels(List<String> faults) {
        requireModel(faults, "--image-model", imageModel);
        requireModel(faults, "--tabular-model", tabularModel);
        if (withAlias(imageModel).equals(withAlias(tabularModel))) {
            faults.add(
                    "--image-model and --tabular-model both name '%s', which takes either pictures or rows: name two models"
                            .formatted(imageModel));
        }
    }

    private static String withAlias(String model) {
        return model.contains("@") ? model : model + "@" + Deployment.CHAMPION;
    }

    private void requireTimes(List<String> faults) {
        requireTime(faults, "--deadline", deadline);
        requireTime(faults, "--async-deadline", asyncDeadline);
        requireTime(faults, "--body-timeout", bodyTimeout);
        requireTime(faults, "--head-timeout", headTimeout);
        requireTime(faults, "--outcome-ttl", outcomeTtl);
        if (maxDeadline.compareTo(deadline) < 0) {
            faults.add("--max-deadline is shorter than --deadline: raise the former or lower the latter");
        }
        if (idleTimeout().compareTo(longestSilence()) <= 0) {
            faults.add("--idle-timeout is not longer than %d s, the longest wait for an answer: raise it"
                    .formatted(longestSilence().toSeconds()));
        }
    }

    private static void requireTime(List<String> faults, String option, Duration time) {
        if (time.compareTo(SHORTEST) < 0) {
            faults.add(option + " is too short: choose 1ms or more");
        }
    }

    private static void requireModel(List<String> faults, String option, String model) {
        try {
            Deployment.parse(model);
        } catch (IllegalArgumentException e) {
            faults.add("%s '%s': %s".formatted(option, model, e.getMessage()));
        }
    }

    private static void requirePort(List<String> faults, String option, int port) {
        if (port < 0 || port > 65_535) {
            faults.add("%s %d is not a port: choose 0 (any free port) to 65535".formatted(option, port));
        }
    }

    private static void requireAtLeast(List<String> faults, String option, long value, long least) {
        if (value < least) {
            faults.add("%s %d is too small: choose %d or more".formatted(option, value, least));
        }
    }
}
