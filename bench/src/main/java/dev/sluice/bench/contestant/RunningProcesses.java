package dev.sluice.bench.contestant;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.machine.ProcessTree;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A contestant whose processes are children of this one. */
final class RunningProcesses implements Contestant.Running {
    private final Children children;
    private final InetSocketAddress address;
    private final Map<Work, Exchange> exchanges;
    private final Map<String, Process> processes = new LinkedHashMap<>();

    RunningProcesses(Children children, InetSocketAddress address, Map<Work, Exchange> exchanges) {
        this.children = children;
        this.address = address;
        this.exchanges = exchanges;
    }

    void add(String part, Process process) {
        processes.put(part, process);
    }

    /** Of the process that was added last. */
    void awaitAnswers(String name) throws InterruptedException {
        Probing.awaitAnswers(name, List.copyOf(processes.values()).getLast()::isAlive, address, exchanges.values());
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Exchange exchange(Work work) {
        return Objects.requireNonNull(exchanges.get(work));
    }

    @Override
    public Map<String, ProcessTree> processes() {
        Map<String, ProcessTree> trees = new LinkedHashMap<>();
        processes.forEach((part, process) -> trees.put(part, new ProcessTree(process.pid())));
        return trees;
    }

    @Override
    public void close() {
        processes.values().forEach(children::stop);
    }
}
