package dev.sluice.bench.micro;

import dev.sluice.bench.sample.IrisRows;
import dev.sluice.job.JobInput;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The payload of a job of rows: written by the API, read by the worker. */
@State(Scope.Thread)
public class PayloadBenchmark {
    @Param({"1", "32", "1000"})
    public int rows;

    private List<Tensor> columns = List.of();
    private byte[] encoded = {};
    private final JobInput.Reader reader = new JobInput.Reader();
    private JobInput.Description description = new JobInput.Description(0, "", ByteBuffer.allocate(0), 0, List.of());

    @Setup
    public void makeRows() {
        columns = IrisRows.columns(rows);
        JobPayload payload = JobPayload.ofRows(JobSchema.NEWEST, columns);
        encoded = payload.body();
        description = new JobInput.Description(
                payload.schema().number(),
                payload.content().wireName(),
                ByteBuffer.wrap(payload.header()),
                rows,
                List.of());
    }

    @Benchmark
    public JobPayload encode() {
        return JobPayload.ofRows(JobSchema.NEWEST, columns);
    }

    @Benchmark
    public JobInput decode() {
        return reader.read(description, ByteBuffer.wrap(encoded));
    }
}
