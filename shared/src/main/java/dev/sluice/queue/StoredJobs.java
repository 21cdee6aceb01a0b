package dev.sluice.queue;

import dev.sluice.job.JobId;
import dev.sluice.job.JobInput;
import dev.sluice.job.JobSchema;
import dev.sluice.job.JobState;
import dev.sluice.model.Deployment;
import dev.sluice.redis.RedisFields;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads jobs as they stand in Redis, for people. */
public final class StoredJobs {
    private static final String[] FIELDS = {
        "state",
        "lane",
        "items",
        "deaths",
        "accepted",
        "started",
        "finished",
        "deadline",
        "outcome",
        "members",
        "reason",
        "resent-from",
        "resent-to"
    };

    private static final String[] FURTHER_FIELDS = {
        "owner", "schema", "content", "bytes", "parts", "signature", "header", "payload"
    };

    private final RedisLink link;

    public StoredJobs(RedisLink link) {
        this.link = link;
    }

    /**
     * Empty if the job does not exist, or its record has expired.
     *
     * @param id as it is queued: a member of a group has no record of its own
     */
    public Future<Optional<StoredJob>> find(JobId id) {
        return fields(id).compose(fields -> {
            Optional<JobRecord> record = record(id, fields);
            if (record.isEmpty()) {
                return Future.succeededFuture(Optional.empty());
            }
            return payload(id, fields).map(payload -> Optional.of(stored(record.get(), fields, payload)));
        });
    }

    /** The same without its payload. */
    public Future<Optional<JobRecord>> record(JobId id) {
        return link.send(fieldsOf(id)).map(fields -> record(id, fields));
    }

    private static Request fieldsOf(JobId id) {
        Request request = Request.cmd(Command.HMGET).arg(QueueKeys.job(id.deployment(), id.toString()));
        for (String field : FIELDS) {
            request.arg(field);
        }
        return request;
    }

    private Future<Response> fields(JobId id) {
        Request request = fieldsOf(id);
        for (String field : FURTHER_FIELDS) {
            request.arg(field);
        }
        return link.send(request);
    }

    private Future<@Nullable Response> payload(JobId id, Response fields) {
        Response inline = further(fields, "payload");
        return inline != null ? Future.succeededFuture(inline) : body(link, id.deployment(), id.toString());
    }

    /** The payload that has a key of its own; null if it no longer exists. */
    public static Future<@Nullable Response> body(RedisLink link, Deployment deployment, String id) {
        return link.send(Request.cmd(Command.GET).arg(QueueKeys.body(deployment, id)))
                .recover(RedisFields::goneWhenOfAnotherType);
    }

    private static Optional<JobRecord> record(JobId id, Response fields) {
        Optional<JobState> state = JobState.find(RedisFields.text(fields.get(0)));
        return state.map(known -> new JobRecord(
                id,
                known,
                RedisFields.text(fields.get(1)),
                (int) RedisFields.number(fields.get(2)),
                (int) RedisFields.number(fields.get(3)),
                RedisFields.number(fields.get(4)),
                RedisFields.number(fields.get(5)),
                RedisFields.number(fields.get(6)),
                RedisFields.number(fields.get(7)),
                RedisFields.bytes(fields.get(8)),
                RedisFields.numbers(RedisFields.text(fields.get(9))),
                RedisFields.text(fields.get(10)),
                JobId.parse(RedisFields.text(fields.get(11))),
                JobId.parse(RedisFields.text(fields.get(12)))));
    }

    private static StoredJob stored(JobRecord job, Response fields, @Nullable Response payload) {
        ByteBuffer header = RedisFields.bytes(further(fields, "header"));
        Response schema = further(fields, "schema");
        return new StoredJob(
                job,
                RedisFields.text(further(fields, "owner")),
                new JobInput.Description(
                        schema == null ? JobSchema.ofEnded(header).number() : (int) RedisFields.number(schema),
                        RedisFields.text(further(fields, "content")),
                        header,
                        job.items(),
                        RedisFields.numbers(RedisFields.text(further(fields, "parts")))),
                RedisFields.number(further(fields, "bytes")),
                RedisFields.text(further(fields, "signature")),
                Optional.ofNullable(payload).map(Response::toBuffer));
    }

    private static @Nullable Response further(Response fields, String name) {
        return fields.get(FIELDS.length + List.of(FURTHER_FIELDS).indexOf(name));
    }
}
