package dev.sluice.frontend.catalog;

import dev.sluice.answer.AnswerWriter;
import dev.sluice.job.ItemResults;
import dev.sluice.job.Outcome;
import dev.sluice.model.Deployment;
import dev.sluice.model.VersionRecord;
import dev.sluice.queue.VersionRecords;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the answers of each version are written; a version never changes, so what is read once stays. One event loop only. */
public final class VersionAnswers {
    private static final int MOST_KNOWN = 1_000;
    private static final AnswerWriter UNKNOWN = new AnswerWriter(VersionRecord.UNKNOWN);

    private final VersionRecords records;
    /** With those that are being read, which many answers may wait for. */
    private final Map<String, Future<AnswerWriter>> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Future<AnswerWriter>> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    public VersionAnswers(VersionRecords records) {
        this.records = records;
    }

    /** Outputs of a version that is not known any more are shown without labels. Fails when Redis does not answer. */
    public Future<AnswerWriter> of(Deployment deployment, Outcome outcome) {
        return switch (outcome.results()) {
            case ItemResults.Lines _ -> Future.succeededFuture(UNKNOWN);
            case ItemResults.Tensors _ -> of(deployment, outcome.versionId());
        };
    }

    /** Reads the live versions before their answers come. To be called after each reading of the board. */
    public void boardWasRead(DeploymentCatalog catalog) {
        catalog.entries()
                .forEach((deployment, entry) -> entry.live()
                        .filter(live -> !live.versionId().isEmpty())
                        .ifPresent(live -> of(deployment, live.versionId())));
    }

    private Future<AnswerWriter> of(Deployment deployment, String identity) {
        String key = deployment + " " + identity;
        Future<AnswerWriter> before = known.get(key);
        if (before != null) {
            return before;
        }
        Future<AnswerWriter> read = records.find(deployment, identity)
                // The answer has come, so Redis was there a moment ago.
                .recover(_ -> records.find(deployment, identity))
                .map(record -> record.map(AnswerWriter::new).orElse(UNKNOWN));
        known.put(key, read);
        // Its worker may be about to write it.
        read.onComplete(done -> {
            if (done.failed() || done.result() == UNKNOWN) {
                known.remove(key, read);
            }
        });
        return read;
    }
}
