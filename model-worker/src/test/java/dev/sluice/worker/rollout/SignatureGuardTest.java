package dev.sluice.worker.rollout;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.board.SignatureClaim;
import dev.sluice.model.BatchProfile;
import dev.sluice.model.Deployment;
import dev.sluice.model.InputTensor;
import dev.sluice.model.LiveVersion;
import dev.sluice.model.Signature;
import dev.sluice.tensor.Datatype;
import dev.sluice.worker.registry.CachedVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The board may have been written by another release, which read the signature of the same files in another way. */
class SignatureGuardTest {
    private static final Deployment CHAMPION = new Deployment("iris", Deployment.CHAMPION);
    private static final CachedVersion CANDIDATE =
            new CachedVersion("iris", "3", "3-key", "m-1", Path.of("files"), "digest");

    @Test
    void aVersionIsNoConflictWithItself() {
        assertGoesLive(onBoard("3", CANDIDATE.identity()));
        assertGoesLive(onBoard("3", ""));
    }

    @Test
    void anotherVersionWithAnotherSignatureIsAConflict() {
        for (LiveVersion live : List.of(onBoard("2", ""), onBoard("3", "3-of-a-model-made-anew"))) {
            SignatureGuard guard = new SignatureGuard(CHAMPION, new Board(live));
            assertThrows(SignatureDiffersException.class, () -> guard.check(CANDIDATE, "new", new Supersession()));
            assertThrows(SignatureDiffersException.class, () -> guard.claim(CANDIDATE, "new", new Supersession()));
        }
    }

    private static void assertGoesLive(LiveVersion live) {
        SignatureGuard guard = new SignatureGuard(CHAMPION, new Board(live));
        assertDoesNotThrow(() -> guard.check(CANDIDATE, "new", new Supersession()));
        assertDoesNotThrow(() -> guard.claim(CANDIDATE, "new", new Supersession()));
    }

    private static LiveVersion onBoard(String version, String versionId) {
        Signature rows = new Signature(List.of(InputTensor.column("a", Datatype.FP64, true)));
        BatchProfile profile = new BatchProfile(List.of(new BatchProfile.Point(1, 1)));
        return new LiveVersion(
                version, "tabular-regression", "onnx", "OnnxRuntime", "", rows, "old", profile, 0, versionId);
    }

    private record Board(LiveVersion live) implements LiveBoard {
        @Override
        public Optional<LiveVersion> live(Deployment deployment) {
            return Optional.of(live);
        }

        @Override
        public SignatureClaim claim(Deployment deployment, String signatureHash) {
            return new SignatureClaim.Differs(Optional.of(live));
        }
    }
}
