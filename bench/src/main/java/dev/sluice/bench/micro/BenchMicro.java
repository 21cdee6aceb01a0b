package dev.sluice.bench.micro;

import static java.util.Objects.requireNonNull;

import dev.sluice.bench.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs this package's benchmarks, each in a JVM of its own, and writes what they found. */
public final class BenchMicro {
    private static final String BYTES_PER_OPERATION = "gc.alloc.rate.norm";

    private BenchMicro() {}

    /** Arguments: the project's folder, one for work, a regular expression of benchmarks. */
    public static void main(String[] args) throws RunnerException, IOException {
        Path samples = Path.of(args[0]).toAbsolutePath().resolve("training/samples");
        Path results = Files.createDirectories(Path.of(args[1]).toAbsolutePath().resolve("results"));
        Options options = new OptionsBuilder()
                .include(args[2])
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .forks(1)
                .warmupIterations(2)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(4)
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend("-D%s=%s".formatted(PictureBenchmark.SAMPLES, samples))
                .verbosity(VerboseMode.NORMAL)
                .resultFormat(ResultFormatType.JSON)
                .result(results.resolve("micro.json").toString())
                .build();
        String table = table(new Runner(options).run());
        System.out.print(table);
        Files.writeString(results.resolve("micro.md"), table);
    }

    private static String table(Collection<RunResult> results) {
        return results.stream()
                .map(BenchMicro::row)
                .collect(Collectors.joining(
                        "",
                        "Machine: %s%n%n| | µs | ± | bytes allocated |%n|---|---:|---:|---:|%n"
                                .formatted(Machine.describe()),
                        ""));
    }

    private static String row(RunResult result) {
        Result<?> time = result.getPrimaryResult();
        double bytes = requireNonNull(result.getSecondaryResults().get(BYTES_PER_OPERATION))
                .getScore();
        return String.format(
                Locale.ROOT,
                "| %s | %,.3f | %,.3f | %,.0f |%n",
                name(result.getParams()),
                time.getScore(),
                time.getScoreError(),
                bytes);
    }

    /** Class, method and parameters. */
    private static String name(BenchmarkParams benchmark) {
        String name = benchmark
                .getBenchmark()
                .substring(BenchMicro.class.getPackageName().length() + 1);
        return benchmark.getParamsKeys().stream()
                .map(key -> ", %s %s".formatted(benchmark.getParam(key), key))
                .collect(Collectors.joining("", name, ""));
    }
}
