package dev.sluice.worker;

import dev.sluice.queue.LeaseTerms;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsFaults;
import dev.sluice.worker.batch.LoggedInput;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What the workers of a deployment share through the queue: when one is dead, and what is stored of a job that has ended. */
final class LeaseSettings implements Settings {
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    @Option(names = "--dead-after", description = "A worker silent for this long is dead; the same for all workers.")
    Duration deadAfter = LeaseTerms.DEFAULT.deadAfter();

    @Option(
            names = "--dead-letter-bytes",
            description =
                    "Most bytes of a deployment's dead letters together, 1 KiB more for each; the oldest go first; the"
                            + " same for all workers.")
    long deadLetterBytes = LeaseTerms.DEFAULT.deadLetterBytes();

    @Option(names = "--dead-letter-age", description = "How long a dead letter is kept; the same for all workers.")
    Duration deadLetterAge = LeaseTerms.DEFAULT.deadLetterAge();

    @Option(
            names = "--prediction-log-bytes",
            description =
                    "Most bytes of a deployment's prediction log while nobody has fetched them; the oldest go first, and"
                            + " are counted; 0: no log; the same for all workers.")
    long predictionLogBytes = LeaseTerms.DEFAULT.logBytes();

    @Option(
            names = "--log-pictures",
            description = "Pictures themselves go into the prediction log, not only their hash and size.")
    boolean logPictures;

    LeaseTerms terms(Duration outcomeTtl) {
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

    @Override
    public void check(SettingsFaults faults) {
        if (deadAfter.compareTo(SHORTEST) < 0) {
            faults.add("--dead-after is too short, a pause of the JVM would count as a death: choose 1s or more");
        }
        faults.requireAtLeast("--dead-letter-bytes", deadLetterBytes, 0);
        faults.requireAtLeast("--dead-letter-age", deadLetterAge, SHORTEST);
        faults.requireAtLeast("--prediction-log-bytes", predictionLogBytes, 0);
    }
}
