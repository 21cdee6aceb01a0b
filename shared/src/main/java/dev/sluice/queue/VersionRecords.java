package dev.sluice.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.model.Deployment;
import dev.sluice.model.VersionRecord;
import dev.sluice.redis.RedisFields;
import dev.sluice.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of versions in Redis, by the version's identity. */
public final class VersionRecords {
    /**
     * After the last sign of a worker that serves the version. An outcome outlives its version by {@code --outcome-ttl}, and in the
     * prediction log for as long as the monitor is away.
     */
    static final Duration KEPT = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(VersionRecords.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
            .build();

    private final RedisLink link;

    public VersionRecords(RedisLink link) {
        this.link = link;
    }

    public Future<Void> write(Deployment deployment, String identity, VersionRecord version) {
        return link.send(Request.cmd(Command.SET)
                        .arg(QueueKeys.version(deployment, identity))
                        .arg(json(version))
                        .arg("PX")
                        .arg(KEPT.toMillis()))
                .mapEmpty();
    }

    /** Called again and again by a worker that serves the version; writes it again if it was lost or changed. */
    public Future<Void> keep(Deployment deployment, String identity, VersionRecord version) {
        return link.send(Request.cmd(Command.GET).arg(QueueKeys.version(deployment, identity)))
                .recover(RedisFields::goneWhenOfAnotherType)
                .compose(found -> found != null && json(version).equals(found.toString())
                        ? link.send(Request.cmd(Command.PEXPIRE)
                                        .arg(QueueKeys.version(deployment, identity))
                                        .arg(KEPT.toMillis()))
                                .mapEmpty()
                        : write(deployment, identity, version));
    }

    /** Empty when it has expired, was lost, or is not a record. */
    public Future<Optional<VersionRecord>> find(Deployment deployment, String identity) {
        return link.send(Request.cmd(Command.GET).arg(QueueKeys.version(deployment, identity)))
                .recover(RedisFields::goneWhenOfAnotherType)
                .map(text -> parse(identity, text));
    }

    public static String json(VersionRecord version) {
        try {
            return JSON.writeValueAsString(version);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON: " + version, e);
        }
    }

    private static Optional<VersionRecord> parse(String identity, @Nullable Response text) {
        return text == null ? Optional.empty() : parse(identity, text.toString());
    }

    /** Empty when the text is not a record. */
    public static Optional<VersionRecord> parse(String identity, String json) {
        try {
            return Optional.ofNullable(JSON.readValue(json, VersionRecord.class));
        } catch (JsonProcessingException e) {
            LOG.warn("Ignored the record of version {}, which cannot be read: {}", identity, e.getOriginalMessage());
            return Optional.empty();
        }
    }
}
