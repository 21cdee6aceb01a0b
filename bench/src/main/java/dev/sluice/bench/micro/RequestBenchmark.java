package dev.sluice.bench.micro;

import dev.sluice.bench.sample.IrisRows;
import dev.sluice.frontend.body.ExtraColumns;
import dev.sluice.frontend.body.InputLimits;
import dev.sluice.frontend.body.InputParser;
import dev.sluice.frontend.body.InputRefusedException;
import dev.sluice.frontend.body.ModelInput;
import dev.sluice.frontend.body.RequestBody;
import dev.sluice.model.Signature;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From the JSON of a request to typed columns, every cell validated against the signature. */
@State(Scope.Thread)
public class RequestBenchmark {
    private static final String JSON = "application/json";

    @Param({"1", "32", "1000"})
    public int rows;

    private final InputParser parser = new InputParser(
            new InputLimits(16 << 20, 100_000, 32, 50_000_000, Duration.ofSeconds(30)), ExtraColumns.Policy.REFUSE);
    private final Signature signature = IrisRows.signature();
    private RequestBody valid = new RequestBody.Plain(JSON, new byte[0]);
    private RequestBody faulty = valid;

    @Setup
    public void makeBodies() {
        String json = IrisRows.json(rows);
        valid = new RequestBody.Plain(JSON, json.getBytes(StandardCharsets.UTF_8));
        faulty = new RequestBody.Plain(
                JSON,
                json.replaceAll("\"petal_width\":[0-9.]+", "\"petal_width\":\"wide\"")
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Benchmark
    public ModelInput valid() {
        return parser.parse(valid, signature);
    }

    /** A fault in each row. */
    @Benchmark
    public InputRefusedException faulty() {
        try {
            throw new IllegalStateException("not refused: " + parser.parse(faulty, signature));
        } catch (InputRefusedException refused) {
            return refused;
        }
    }
}
