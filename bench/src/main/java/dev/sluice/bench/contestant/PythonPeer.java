package dev.sluice.bench.contestant;

import dev.sluice.bench.contestant.Samples.PictureForm;
import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.machine.ProcessTree;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A server written in Python.
 *
 * @param parts its processes, in the order of their start: a name and the command's words; {@code {python}} stands for the interpreter,
 *     {@code {port}} and {@code {redis}} for ports
 * @param paths where it takes what
 */
record PythonPeer(
        String name,
        String settings,
        Workshop workshop,
        Map<String, List<String>> parts,
        Map<String, String> environment,
        Map<Work, String> paths,
        PictureForm pictureForm)
        implements Contestant {
    private static final int STOP_SECONDS = 10;

    @Override
    public Set<Work> works() {
        return paths.keySet();
    }

    @Override
    public Running start() throws IOException, InterruptedException {
        int port = Probing.freePort();
        String redis = String.valueOf(Probing.freePort());
        Map<String, Process> processes = new LinkedHashMap<>();
        Started started = new Started(Probing.loopback(port), processes);
        try {
            for (Map.Entry<String, List<String>> part : parts.entrySet()) {
                List<String> command = part.getValue().stream()
                        .map(word -> word.replace("{python}", workshop.python())
                                .replace("{port}", String.valueOf(port))
                                .replace("{redis}", redis))
                        .toList();
                Path log = workshop.log(name + "-" + part.getKey());
                Map<String, String> all = new HashMap<>(environment);
                all.put("BENCH_REDIS_PORT", redis);
                processes.put(part.getKey(), workshop.launch(command, all, log));
            }
            Process last = List.copyOf(processes.values()).getLast();
            Probing.awaitAnswers(
                    name,
                    last,
                    started.address(),
                    paths.keySet().stream().map(started::exchange).toList());
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private final class Started implements Running {
        private final InetSocketAddress address;
        private final Map<String, Process> processes;

        Started(InetSocketAddress address, Map<String, Process> processes) {
            this.address = address;
            this.processes = processes;
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public Exchange exchange(Work work) {
            return workshop.samples().exchange(work, paths.getOrDefault(work, "/"), pictureForm);
        }

        @Override
        public Map<String, ProcessTree> processes() {
            Map<String, ProcessTree> trees = new LinkedHashMap<>();
            processes.forEach((part, process) -> trees.put(part, new ProcessTree(process.pid())));
            return trees;
        }

        @Override
        public void close() {
            for (Process process : processes.values()) {
                List<ProcessHandle> family = process.descendants().toList();
                process.destroy();
                if (!process.onExit()
                        .completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS)
                        .join()
                        .isAlive()) {
                    family.forEach(ProcessHandle::destroyForcibly);
                    continue;
                }
                process.destroyForcibly().onExit().join();
                family.forEach(ProcessHandle::destroyForcibly);
            }
        }
    }
}
