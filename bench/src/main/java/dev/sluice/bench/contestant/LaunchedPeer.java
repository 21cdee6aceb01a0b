package dev.sluice.bench.contestant;

import dev.sluice.bench.load.Exchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A peer that is started by one command or a few.
 *
 * @param parts its processes, in the order of their start: a name and the command's words, in which {@link Ports} are filled in, as
 *     they are in the environment's values
 * @param exchanges what it is asked
 */
record LaunchedPeer(
        String name,
        String version,
        String settings,
        Workshop workshop,
        Map<String, List<String>> parts,
        Map<String, String> environment,
        Map<Work, Exchange> exchanges)
        implements Contestant {

    @Override
    public Set<Work> works() {
        return exchanges.keySet();
    }

    @Override
    public Running start() throws IOException, InterruptedException {
        Ports ports = new Ports();
        RunningProcesses running = new RunningProcesses(workshop.children(), ports.asked(), exchanges);
        try {
            Map<String, String> filled = environment.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> ports.fill(entry.getValue())));
            for (Map.Entry<String, List<String>> part : parts.entrySet()) {
                List<String> command = part.getValue().stream().map(ports::fill).toList();
                running.add(part.getKey(), workshop.launch(command, filled, name + "-" + part.getKey()));
            }
            running.awaitAnswers(name);
            return running;
        } catch (IOException | InterruptedException | RuntimeException e) {
            running.close();
            throw e;
        }
    }
}
