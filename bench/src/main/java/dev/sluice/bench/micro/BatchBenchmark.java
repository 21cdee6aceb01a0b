package dev.sluice.bench.micro;

import dev.sluice.bench.sample.IrisRows;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Single rows joined to a batch, and a batch split into single rows. */
@State(Scope.Thread)
public class BatchBenchmark {
    @Param({"4", "32", "256"})
    public int rows;

    private List<List<Tensor>> single = List.of();
    private List<Tensor> batch = List.of();

    @Setup
    public void makeRows() {
        single = Collections.nCopies(rows, IrisRows.columns(1));
        batch = IrisRows.columns(rows);
    }

    @Benchmark
    public List<Tensor> join() {
        return Rows.join(single);
    }

    @Benchmark
    public List<List<Tensor>> split() {
        List<List<Tensor>> parts = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            parts.add(Rows.slice(batch, row, row + 1));
        }
        return parts;
    }
}
