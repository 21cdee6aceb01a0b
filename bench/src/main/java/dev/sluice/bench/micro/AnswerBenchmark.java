package dev.sluice.bench.micro;

import dev.sluice.answer.AnswerWriter;
import dev.sluice.bench.sample.IrisRows;
import dev.sluice.frontend.http.Prediction;
import dev.sluice.job.JobId;
import dev.sluice.job.Outcome;
import dev.sluice.job.OutcomeCodec;
import dev.sluice.job.Timing;
import dev.sluice.model.Deployment;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The outcome of a job: written by the worker, read by the API and made the answer's JSON. */
@State(Scope.Thread)
public class AnswerBenchmark {
    @Param({"1", "32", "1000"})
    public int rows;

    private final JobId id = JobId.random(Deployment.parse("iris"));
    private Outcome outcome = new Outcome("1", "1-a", 1, Timing.NONE, IrisRows.answers(1));
    private byte[] encoded = {};
    private final AnswerWriter answers = new AnswerWriter(IrisRows.VERSION);

    @Setup
    public void makeOutcome() {
        outcome = new Outcome("1", "1-0123456789ab", rows, new Timing(3, 0.05, 0.42), IrisRows.answers(rows));
        encoded = OutcomeCodec.encode(outcome);
    }

    @Benchmark
    public byte[] encodeOutcome() {
        return OutcomeCodec.encode(outcome);
    }

    @Benchmark
    public Outcome decodeOutcome() {
        return OutcomeCodec.decode(ByteBuffer.wrap(encoded));
    }

    @Benchmark
    public String answer() {
        return new Prediction(id, outcome, answers).json();
    }
}
