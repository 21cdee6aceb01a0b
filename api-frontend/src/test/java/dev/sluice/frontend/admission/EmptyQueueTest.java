package dev.sluice.frontend.admission;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.board.DeploymentBoard;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.job.Lane;
import dev.sluice.model.BatchProfile;
import dev.sluice.model.Deployment;
import dev.sluice.model.InputTensor;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.Signature;
import dev.sluice.queue.Backlog;
import dev.sluice.queue.IdempotencyKey;
import dev.sluice.tensor.Datatype;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** With nothing ahead, only a deadline that has passed is too early. */
class EmptyQueueTest {
    private final Admission admission = new Admission(Duration.ofMinutes(1), Optional::empty);

    @Test
    void whateverTheRateARequestWithTimeLeftIsAdmitted() {
        assertDoesNotThrow(() -> admission.admit(target(), 1_000_000, within(Duration.ofSeconds(30))));
    }

    @Test
    void aRequestWhoseDeadlineHasPassedIsNot() {
        NotAdmittedException refused = assertThrows(
                NotAdmittedException.class, () -> admission.admit(target(), 1, within(Duration.ofSeconds(-1))));
        assertEquals(NotAdmittedException.Reason.TOO_LATE, refused.reason());
    }

    private static CallTerms within(Duration deadline) {
        return new CallTerms(deadline, System.nanoTime(), false, Lane.INTERACTIVE, IdempotencyKey.NONE, "");
    }

    private static Target target() {
        Signature signature = new Signature(List.of(InputTensor.column("a", Datatype.FP64, true)));
        LiveVersion live = new LiveVersion(
                "1",
                "tabular-regression",
                "onnx",
                "OnnxRuntime",
                "",
                signature,
                signature.hash(),
                new BatchProfile(List.of(new BatchProfile.Point(32, 1_000))),
                0);
        Backlog empty = new Backlog(0, 0, 0, 0, 0, 0, 10, 1, 0, 0);
        return new Target(
                Deployment.parse("iris"),
                live,
                new DeploymentBoard.Entry(Optional.of(live), Optional.empty(), Optional.empty(), empty, List.of()));
    }
}
