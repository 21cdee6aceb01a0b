package dev.sluice.bench.micro;

import dev.sluice.bench.sample.IrisRows;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorCodec;
import java.nio.ByteBuffer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The payload of a job of rows: written by the API, read by the worker. */
@State(Scope.Thread)
public class TensorCodecBenchmark {
    @Param({"1", "32", "1000"})
    public int rows;

    private List<Tensor> columns = List.of();
    private byte[] encoded = {};

    @Setup
    public void makeRows() {
        columns = IrisRows.columns(rows);
        encoded = TensorCodec.encode(columns);
    }

    @Benchmark
    public byte[] encode() {
        return TensorCodec.encode(columns);
    }

    @Benchmark
    public List<Tensor> decode() {
        return TensorCodec.decode(ByteBuffer.wrap(encoded));
    }
}
