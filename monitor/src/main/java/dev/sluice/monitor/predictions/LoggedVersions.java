package dev.sluice.monitor.predictions;

import dev.sluice.answer.AnswerWriter;
import dev.sluice.model.Deployment;
import dev.sluice.model.VersionIdentity;
import dev.sluice.model.VersionRecord;
import dev.sluice.monitor.database.Database;
import dev.sluice.queue.VersionRecords;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The records of versions whose outcomes are in the log: from Redis, and copied to Postgres, which keeps them. One event loop only.
 */
public final class LoggedVersions {
    private static final int MOST_KNOWN = 1_000;
    private static final String KEEP = """
            insert into version_record (model, alias, version_id, record) values ($1, $2, $3, $4)
            on conflict do nothing""";
    private static final String FIND =
            "select record from version_record where model = $1 and alias = $2 and version_id = $3";

    private final VersionRecords records;
    private final Database database;
    private final Map<String, AnswerWriter> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AnswerWriter> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    public LoggedVersions(VersionRecords records, Database database) {
        this.records = records;
        this.database = database;
    }

    /**
     * How answers of these versions are written. A version that neither Redis nor Postgres knows is left out.
     *
     * @param identities what is none is left out
     */
    Future<Map<String, AnswerWriter>> answers(Deployment deployment, Collection<String> identities) {
        Map<String, AnswerWriter> answers = new HashMap<>();
        List<Future<?>> looks = new ArrayList<>();
        for (String identity : identities) {
            if (VersionIdentity.isOne(identity)) {
                looks.add(answer(deployment, identity)
                        .onSuccess(found -> found.ifPresent(writer -> answers.put(identity, writer))));
            }
        }
        return Future.all(looks).map(answers);
    }

    private Future<Optional<AnswerWriter>> answer(Deployment deployment, String identity) {
        String key = deployment + " " + identity;
        AnswerWriter writer = known.get(key);
        if (writer != null) {
            return Future.succeededFuture(Optional.of(writer));
        }
        return records.find(deployment, identity)
                .compose(record -> record.isPresent()
                        ? keep(deployment, identity, record.get()).map(record)
                        : stored(deployment, identity))
                .map(record -> record.map(AnswerWriter::new))
                .onSuccess(found -> found.ifPresent(fresh -> known.put(key, fresh)));
    }

    private Future<?> keep(Deployment deployment, String identity, VersionRecord record) {
        return database.run(
                KEEP, Tuple.of(deployment.model(), deployment.alias(), identity, VersionRecords.json(record)));
    }

    private Future<Optional<VersionRecord>> stored(Deployment deployment, String identity) {
        return database.run(FIND, Tuple.of(deployment.model(), deployment.alias(), identity))
                .map(rows -> {
                    var row = rows.iterator();
                    return row.hasNext()
                            ? VersionRecords.parse(identity, row.next().getString(0))
                            : Optional.empty();
                });
    }
}
