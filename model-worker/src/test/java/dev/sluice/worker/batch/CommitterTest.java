package dev.sluice.worker.batch;

import static dev.sluice.worker.batch.RunningService.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.job.JobId;
import dev.sluice.job.JobState;
import dev.sluice.model.BatchProfile;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.inference.LoadSettings;
import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.models.ModelFolder;
import dev.sluice.worker.rollout.LoadedSlot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A result that Redis does not take at first is committed once it does, and is logged once for each reason. */
@Timeout(120)
class CommitterTest {
    private static final BatchProfile QUICK = new BatchProfile(List.of(new BatchProfile.Point(1, 333)));
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(Committer.class);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        LOGGER.addAppender(log);
    }

    @AfterEach
    void leave() {
        LOGGER.detachAppender(log);
    }

    @Test
    void aResultWaitsForRedisAndIsLoggedOnceForEachReason(@TempDir Path folder) throws Exception {
        try (LoadedModel model = LoadedModel.load(
                ModelFolder.summing("a").writeTo(folder.resolve("model")),
                "digest",
                new LoadSettings(1, 1_000_000, folder.resolve("profiles")))) {
            model.warmUp(Duration.ofMillis(200));
            GatedSlot slot = new GatedSlot(LoadedSlot.serving(model), QUICK);
            try (RunningService service = new RunningService(slot)) {
                service.start();
                JobId job = service.accept(model.signatureHash(), List.of(Tensor.reals("a", 1)));
                until("it is inferred", () -> slot.inferring() == 1);
                service.killRedis();
                slot.open();
                // By then its commit has been repeated about as often.
                until("Redis has been away for a while", () -> service.link().failedAttempts() >= 7);
                service.startRedisAgain();
                assertEquals(JobState.DONE, service.awaitEnd(job).state());
            }
        }
        List<String> lines =
                log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertEquals(
                List.of(),
                lines.stream().filter(line -> !line.contains("cannot commit")).toList());
        assertEquals(lines.stream().distinct().toList(), lines);
    }
}
