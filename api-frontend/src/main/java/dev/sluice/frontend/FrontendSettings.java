package dev.sluice.frontend;

import dev.sluice.frontend.body.ExtraColumns;
import dev.sluice.frontend.body.InputLimits;
import dev.sluice.frontend.http.HttpFront;
import dev.sluice.model.Deployment;
import dev.sluice.queue.QueueBudget;
import dev.sluice.settings.OutcomeSettings;
import dev.sluice.settings.ProcessSettings;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsFaults;
import dev.sluice.settings.SettingsReader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What one API process can be told. */
@Command(name = "api-frontend", description = "The HTTP front of Sluice." + SettingsReader.FORMS)
public final class FrontendSettings implements Settings {
    private static final Duration IDLE_SPARE = Duration.ofSeconds(15);
    private static final Duration SHORTEST = Duration.ofMillis(1);

    @Mixin
    final ProcessSettings process = new ProcessSettings();

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

    @Option(names = "--body-timeout", description = "A body has to arrive within this.")
    Duration bodyTimeout = Duration.ofSeconds(30);

    @Option(
            names = "--head-timeout",
            description = "The head of a connection's first request has to arrive within this.")
    Duration headTimeout = Duration.ofSeconds(10);

    @Option(
            names = "--idle-timeout",
            description =
                    "A connection without a byte is closed after this. Longer than that of the load balancer before it,"
                            + " and by default 15s longer than the longest wait for an answer: 75s.")
    @Nullable Duration idleTimeout;

    @Option(names = "--max-rows", description = "Most rows of a request.")
    int maxRows = 10_000;

    @Option(
            names = "--extra-columns",
            description = "refuse or ignore columns that the model does not have; ignored ones are named in a header.")
    ExtraColumns.Policy extraColumns = ExtraColumns.Policy.REFUSE;

    @Option(names = "--max-pictures", description = "Most pictures of a request.")
    int maxPictures = 32;

    @Option(names = "--max-pixels", description = "Most pixels of a picture.")
    long maxPixels = 50_000_000;

    @Option(names = "--deadline", description = "A prediction is answered within this.")
    Duration deadline = Duration.ofSeconds(10);

    @Option(names = "--max-deadline", description = "The longest that a caller may ask for by X-Sluice-Deadline-Ms.")
    Duration maxDeadline = Duration.ofSeconds(60);

    @Option(names = "--async-deadline", description = "An asynchronous job is begun within this, or expires.")
    Duration asyncDeadline = Duration.ofHours(1);

    @Option(
            names = "--worker-grace",
            description = "Requests still wait for an answer this long after a worker was last seen.")
    Duration workerGrace = Duration.ofSeconds(30);

    @Mixin
    final OutcomeSettings outcome = new OutcomeSettings();

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
            description = "After SIGTERM, to go on serving while load balancers see that it is not ready.")
    Duration drainDelay = Duration.ofSeconds(1);

    @Option(names = "--drain-timeout", description = "After SIGTERM, to finish what is held.")
    Duration drainTimeout = Duration.ofSeconds(20);

    @Override
    public void check(SettingsFaults faults) {
        faults.requirePort("--port", port);
        faults.requirePort("--management-port", managementPort);
        if (port == managementPort && port != 0) {
            faults.add("--port and --management-port are both " + port + ": give each its own");
        }
        requireDefaultModels(faults);
        faults.requireAtLeast("--body-limit", bodyLimit, 1_024);
        faults.requireAtLeast("--in-flight-limit", inFlightLimit, bodyLimit);
        faults.requireAtLeast("--max-rows", maxRows, 1);
        faults.requireAtLeast("--max-pictures", maxPictures, 1);
        faults.requireAtLeast("--max-pixels", maxPixels, 1);
        faults.requireAtLeast("--max-open-jobs", maxOpenJobs, 1);
        faults.requireAtLeast("--max-open-items", maxOpenItems, 1);
        faults.requireAtLeast("--max-open-bytes", maxOpenBytes, bodyLimit);
        faults.requireAtLeast("--feedback-bytes", feedbackBytes, 1_024);
        requireTimes(faults);
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

    private void requireDefaultModels(SettingsFaults faults) {
        faults.requireReadable("--image-model", () -> Deployment.parse(imageModel));
        faults.requireReadable("--tabular-model", () -> Deployment.parse(tabularModel));
        if (withAlias(imageModel).equals(withAlias(tabularModel))) {
            faults.add(
                    "--image-model and --tabular-model both name '%s', which takes either pictures or rows: name two models"
                            .formatted(imageModel));
        }
    }

    private static String withAlias(String model) {
        return model.contains("@") ? model : model + "@" + Deployment.CHAMPION;
    }

    private void requireTimes(SettingsFaults faults) {
        faults.requireAtLeast("--deadline", deadline, SHORTEST);
        faults.requireAtLeast("--async-deadline", asyncDeadline, SHORTEST);
        faults.requireAtLeast("--body-timeout", bodyTimeout, SHORTEST);
        faults.requireAtLeast("--head-timeout", headTimeout, SHORTEST);
        if (maxDeadline.compareTo(deadline) < 0) {
            faults.add("--max-deadline is shorter than --deadline: raise the former or lower the latter");
        }
        if (idleTimeout().compareTo(longestSilence()) <= 0) {
            faults.add("--idle-timeout is not longer than %d s, the longest wait for an answer: raise it"
                    .formatted(longestSilence().toSeconds()));
        }
    }
}
