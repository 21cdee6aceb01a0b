package dev.sluice.queue;

import dev.sluice.job.JobId;
import dev.sluice.redis.RedisFields;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads jobs as they stand in Redis, for people. */
public final class StoredJobs {
    private static final String[] FURTHER_FIELDS = {
        "owner", "schema", "content", "bytes", "parts", "signature", "payload"
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
            Optional<JobRecord> record = JobIntake.record(id, fields);
            if (record.isEmpty()) {
                return Future.succeededFuture(Optional.empty());
            }
            return payload(id, fields).map(payload -> Optional.of(stored(record.get(), fields, payload)));
        });
    }

    private Future<Response> fields(JobId id) {
        Request request = Request.cmd(Command.HMGET).arg(QueueKeys.job(id.deployment(), id.toString()));
        for (String field : JobIntake.FIELDS) {
            request.arg(field);
        }
        for (String field : FURTHER_FIELDS) {
            request.arg(field);
        }
        return link.send(request);
    }

    private Future<@Nullable Response> payload(JobId id, Response fields) {
        Response inline = further(fields, "payload");
        return inline != null
                ? Future.succeededFuture(inline)
                : link.send(Request.cmd(Command.GET).arg(QueueKeys.body(id.deployment(), id.toString())))
                        .recover(RedisFields::goneWhenOfAnotherType);
    }

    private static StoredJob stored(JobRecord job, Response fields, @Nullable Response payload) {
        return new StoredJob(
                job,
                RedisFields.text(further(fields, "owner")),
                RedisFields.text(further(fields, "schema")),
                RedisFields.text(further(fields, "content")),
                RedisFields.number(further(fields, "bytes")),
                RedisFields.numbers(RedisFields.text(further(fields, "parts"))),
                RedisFields.text(further(fields, "signature")),
                Optional.ofNullable(payload).map(Response::toBuffer));
    }

    private static @Nullable Response further(Response fields, String name) {
        return fields.get(JobIntake.FIELDS.length + List.of(FURTHER_FIELDS).indexOf(name));
    }
}
