package dev.sluice.bench.contestant;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.machine.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An nginx that takes a row and answers with a constant: what HTTP costs by itself, with this generator on this machine. */
public record NginxFloor(Workshop workshop, String binary) implements Contestant {
    private static final String CONFIGURATION = """
            daemon off; worker_processes auto; pid nginx.pid; error_log error.log;
            events { worker_connections 4096; }
            http {
              access_log off; keepalive_requests 1000000000;
              client_body_temp_path t/body; proxy_temp_path t/p; fastcgi_temp_path t/f; uwsgi_temp_path t/u; scgi_temp_path t/s;
              server {
                listen 127.0.0.1:{port};
                location / { default_type application/json; return 200 '[{"label":"setosa","score":1.0}]'; }
              }
            }
            """;

    /** Empty where there is no nginx. */
    public static Optional<NginxFloor> on(Workshop workshop) {
        return Programs.find("nginx").map(binary -> new NginxFloor(workshop, binary));
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public String version() {
        return "nginx " + Programs.nginxVersion(binary);
    }

    @Override
    public String settings() {
        return "a worker for each core, a constant answer";
    }

    @Override
    public Set<Work> works() {
        return Set.of(Work.ROW);
    }

    @Override
    public Running start() throws IOException, InterruptedException {
        Ports ports = new Ports();
        Path folder = workshop.work().resolve("nginx");
        Files.createDirectories(folder.resolve("t"));
        Files.writeString(folder.resolve("nginx.conf"), ports.fill(CONFIGURATION));
        Map<Work, Exchange> exchanges = Map.of(Work.ROW, workshop.samples().row("/"));
        RunningProcesses running = new RunningProcesses(workshop.children(), ports.asked(), exchanges);
        try {
            List<String> command = List.of(binary, "-p", folder.toString(), "-c", "nginx.conf");
            running.add(name(), workshop.launch(command, Map.of(), name()));
            running.awaitAnswers(name());
            return running;
        } catch (IOException | InterruptedException | RuntimeException e) {
            running.close();
            throw e;
        }
    }
}
