package dev.sluice.bench;

import dev.sluice.bench.contestant.Contestant;
import dev.sluice.bench.contestant.NginxFloor;
import dev.sluice.bench.contestant.Work;
import dev.sluice.bench.contestant.Workshop;
import dev.sluice.bench.limit.EngineLimit;
import dev.sluice.bench.report.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What nobody can be faster than: the engines with no queue and no network on both cores, and HTTP with no engine. */
final class Limits {
    private static final Task ROWS_OVER_HTTP = new Task(Work.ROW, 64);

    private final Workshop workshop;
    private final Measuring measuring;
    private final List<String> lines = new ArrayList<>();

    Limits(Workshop workshop, Measuring measuring) {
        this.workshop = workshop;
        this.measuring = measuring;
    }

    /** One for each of those measured so far. */
    List<String> lines() {
        return lines;
    }

    void measure() throws IOException, InterruptedException {
        EngineLimit engine =
                new EngineLimit(workshop, (int) measuring.measured().toSeconds());
        for (Work work : Work.values()) {
            for (EngineLimit.Setting setting : engine.settings(work)) {
                noteEngine(
                        work,
                        "this worker's pipeline, " + setting,
                        engine.java(work, setting).perSecond());
            }
            noteEngine(
                    work,
                    "Python's ONNX Runtime, a process for each core",
                    engine.python(work).perSecond());
        }
        Optional<NginxFloor> nginx = NginxFloor.on(workshop);
        if (nginx.isPresent()) {
            measureHttp(nginx.get());
        } else {
            note("rows over HTTP with no engine: left out, there is no nginx on this machine");
        }
    }

    private void measureHttp(NginxFloor nginx) throws IOException, InterruptedException {
        try (Contestant.Running running = nginx.start()) {
            Sample sample = measuring.measure(nginx, running, ROWS_OVER_HTTP, 1, 0);
            note("%s over HTTP, %s with a constant answer: %,.0f/s, p50 %.2f ms, %.3f s of processor time for 1,000"
                    .formatted(
                            ROWS_OVER_HTTP.title(),
                            nginx.version(),
                            sample.figures().perSecond(),
                            sample.figures().p50(),
                            sample.wholeCpuPerThousand()));
        }
    }

    private void noteEngine(Work work, String what, double perSecond) {
        note("%s from memory, %s: %,.0f/s".formatted(work.plural(), what, perSecond));
    }

    private void note(String line) {
        System.out.println(line);
        lines.add(line);
    }
}
