package dev.sluice.board;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.job.JobSchema;
import java.util.List;

/** What workers say of themselves when they register, as JSON: host, pid, management_port, since, and the newest schema of jobs that they read. */
public final class WorkerDescription {
    /** The name of the schema's number; a release that does not name it reads schema 1. */
    public static final String SCHEMA = "schema";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private WorkerDescription() {}

    /** The newest that all workers read; the oldest if there is none, because a worker of any release may start next. */
    static JobSchema schemaOfAll(List<String> descriptions) {
        int least =
                descriptions.stream().mapToInt(WorkerDescription::schema).min().orElse(JobSchema.LINES.number());
        return least >= JobSchema.NEWEST.number() ? JobSchema.NEWEST : JobSchema.LINES;
    }

    private static int schema(String description) {
        try {
            return JSON.readTree(description).path(SCHEMA).asInt(JobSchema.LINES.number());
        } catch (JsonProcessingException e) {
            return JobSchema.LINES.number();
        }
    }
}
