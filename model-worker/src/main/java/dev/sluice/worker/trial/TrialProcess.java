package dev.sluice.worker.trial;

import dev.sluice.worker.inference.LoadedModel;
import dev.sluice.worker.inference.UnservableModelException;
import dev.sluice.worker.modelfile.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The child JVM: loads one version, runs its example, profiles it and writes the verdict. It ends when its parent does. */
public final class TrialProcess {
    private static final Logger LOG = LoggerFactory.getLogger(TrialProcess.class);
    private static final int PARENT_IS_GONE = 3;

    /** Perhaps the machine's fault and not the version's. */
    static final Verdict.Failed UNEXPECTED =
            new Verdict.Failed("its trial ended with an unexpected error: see the worker's log");

    private TrialProcess() {}

    /** @param args the trial's folder */
    public static void main(String[] args) throws IOException {
        Path trial = Path.of(args[0]);
        CountDownLatch turn = new CountDownLatch(1);
        Thread.ofPlatform().name("parent").daemon().start(() -> followTheParent(trial, turn));
        Files.createFile(TrialRequest.startOf(trial));
        Verdict verdict = verdict(TrialRequest.read(trial), () -> awaitTurn(trial, turn));
        VerdictFile.of(verdict, false).write(TrialRequest.verdictOf(trial));
        // Threads of an engine would keep the process alive.
        Runtime.getRuntime().halt(0);
    }

    private static Verdict verdict(TrialRequest request, Runnable awaitTurn) {
        try (LoadedModel model = LoadedModel.load(Path.of(request.model()), request.digest(), request.loading())) {
            model.measure(Duration.ofMillis(request.profilingMillis()), awaitTurn);
            return new Verdict.Passed();
        } catch (UnservableModelException e) {
            return new Verdict.Failed(String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            return new Verdict.Failed(
                    "its trial needs more memory than the worker has (%s): use a smaller model or smaller inputs, or raise the worker's -Xmx"
                            .formatted(e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOG.error("Unexpected error in the trial", e);
            return UNEXPECTED;
        }
    }

    private static void awaitTurn(Path trial, CountDownLatch turn) {
        try {
            Files.createFile(TrialRequest.loadedOf(trial));
            turn.await();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the trial's turn to measure cannot be awaited", e);
        }
    }

    /** The parent holds the other end of the standard input: a byte tells that the turn has come, and the parent's death closes it. */
    private static void followTheParent(Path trial, CountDownLatch turn) {
        try {
            while (System.in.read() >= 0) {
                turn.countDown();
            }
            FolderTree.delete(trial);
        } catch (IOException e) {
            LOG.debug("The trial's folder stays: {}", e.getMessage());
        }
        Runtime.getRuntime().halt(PARENT_IS_GONE);
    }
}
