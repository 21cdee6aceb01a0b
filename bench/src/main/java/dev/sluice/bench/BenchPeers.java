package dev.sluice.bench;

import dev.sluice.bench.contestant.Children;
import dev.sluice.bench.contestant.Contestant;
import dev.sluice.bench.contestant.Contestants;
import dev.sluice.bench.contestant.SluicePeer;
import dev.sluice.bench.contestant.Work;
import dev.sluice.bench.contestant.Workshop;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.report.Entrant;
import dev.sluice.bench.report.Head;
import dev.sluice.bench.report.Overload;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Sluice and its peers in turn, A B C A B C: each is started, asked and stopped before the next. */
public final class BenchPeers {
    private final Plan plan;
    private final Workshop workshop;
    private final List<Contestant> contestants;
    private final List<Contestant> variants;
    private final Measuring measuring;
    private final Limits limits;
    private final List<Sample> samples = new ArrayList<>();
    private final List<Overload> overloads = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private BenchPeers(Plan plan, Workshop workshop, List<Contestant> contestants, List<Contestant> variants) {
        this.plan = plan;
        this.workshop = workshop;
        this.contestants = contestants;
        this.variants = variants;
        this.measuring = new Measuring(Plan.MEASURED);
        this.limits = new Limits(workshop, measuring);
    }

    /**
     * Arguments: the project's folder, one for work, {@code quick}, {@code whole} or {@code log} (Sluice with its prediction log and without), and with what the names of those begin who take
     * part: all without, and the limits besides.
     */
    public static void main(String[] args) throws Exception {
        String form = args[2];
        List<String> chosen = List.of(args).subList(3, args.length);
        Workshop workshop = new Workshop(
                Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath(), Machine.cores(), new Children());
        Head head = Head.of(
                "infra/bin/sluice bench " + String.join(" ", List.of(args).subList(2, args.length)),
                workshop.project());
        System.out.println("Sluice starts once, and the peers get its models ...");
        SluicePeer.asInstalled(workshop).fetchModels();
        boolean log = form.equals("log");
        Plan plan = switch (form) {
            case "quick" -> Plan.quick();
            case "log" -> Plan.paired();
            default -> Plan.whole();
        };
        BenchPeers bench = new BenchPeers(
                plan,
                workshop,
                log
                        ? List.of(SluicePeer.asInstalled(workshop), SluicePeer.withoutMonitor(workshop))
                        : chosen(chosen, Contestants.each(workshop)),
                plan.variants() ? chosen(chosen, Contestants.variants(workshop)) : List.of());
        if (chosen.isEmpty() && !log) {
            bench.attempt("limits", bench.limits::measure);
        }
        bench.takeTurns();
        if (!workshop.children().ended()) {
            Results results = bench.results(head);
            results.write(workshop.work().resolve("results"), "peers-" + form);
            System.out.println();
            System.out.print(results.markdown());
        }
    }

    /** @param names with which theirs begin; all without */
    private static List<Contestant> chosen(List<String> names, List<Contestant> contestants) {
        return contestants.stream()
                .filter(contestant -> names.isEmpty() || names.stream().anyMatch(contestant.name()::startsWith))
                .toList();
    }

    private void takeTurns() throws InterruptedException {
        for (int round = 1; round <= plan.rounds(); round++) {
            int current = round;
            for (Contestant contestant : everybody()) {
                attempt("round %d, %s".formatted(round, contestant.name()), () -> visit(contestant, current));
            }
        }
    }

    private List<Contestant> everybody() {
        return Stream.concat(contestants.stream(), variants.stream()).toList();
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    /** What fails does not end the half hour of the others. */
    private void attempt(String what, Step step) throws InterruptedException {
        if (workshop.children().ended()) {
            return;
        }
        try {
            step.run();
        } catch (IOException | IllegalStateException e) {
            if (!workshop.children().ended()) {
                String failure = "%s: %s".formatted(what, e.getMessage());
                System.out.println(failure);
                failures.add(failure);
            }
        }
    }

    private void visit(Contestant contestant, int round) throws IOException, InterruptedException {
        boolean isVariant = variants.contains(contestant);
        long start = System.nanoTime();
        try (Contestant.Running running = contestant.start()) {
            double ready = (System.nanoTime() - start) / 1e9;
            Map<Work, Double> capacity = new EnumMap<>(Work.class);
            for (Task task : plan.tasks(round, isVariant)) {
                if (contestant.works().contains(task.work())) {
                    Sample sample = measuring.measure(contestant, running, task, round, ready);
                    System.out.println(sample);
                    samples.add(sample);
                    capacity.putIfAbsent(task.work(), sample.figures().perSecond());
                }
            }
            capacity.keySet().retainAll(plan.overloads(round, isVariant));
            for (Map.Entry<Work, Double> work : capacity.entrySet()) {
                Overload overload = plan.overloading()
                        .orElseThrow()
                        .measure(contestant, running, work.getKey(), work.getValue(), round);
                System.out.println(overload);
                overloads.add(overload);
            }
        }
    }

    private Results results(Head head) {
        List<Entrant> entrants = everybody().stream()
                .map(contestant -> new Entrant(contestant.name(), contestant.version(), contestant.settings()))
                .toList();
        return new Results(
                head,
                entrants,
                plan.headline().stream().map(Task::title).toList(),
                limits.lines(),
                failures,
                samples,
                overloads);
    }
}
