package dev.sluice.bench.contestant;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.machine.Programs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All of them, Sluice first. */
public final class Contestants {
    private static final String PILLOW = "pillow";
    private static final String SIMPLEJPEG = "simplejpeg";
    private static final Map<String, String> ONE_ENGINE_THREAD = Map.of("BENCH_THREADS", "1");

    private final Workshop workshop;
    private final Samples samples;
    private final PythonEnvironment peers;

    private Contestants(Workshop workshop) {
        this.workshop = workshop;
        this.samples = workshop.samples();
        this.peers = workshop.peers();
    }

    /** Every one works with the same ONNX files and as many engine threads as there are cores. */
    public static List<Contestant> all(Workshop workshop) {
        Contestants contestants = new Contestants(workshop);
        Exchange row = contestants.samples.row("/rows");
        Exchange picture = contestants.samples.picture("/picture");
        Map<Work, Exchange> both = Map.of(Work.ROW, row, Work.PICTURE, picture);
        Map<Work, Exchange> pictures = Map.of(Work.PICTURE, picture);
        return List.of(
                new SluicePeer(workshop),
                contestants.fastApi("FastAPI direct", PILLOW, both),
                contestants.fastApi("FastAPI direct with simplejpeg", SIMPLEJPEG, pictures),
                contestants.classic(both),
                contestants.mosec("Mosec", PILLOW, both),
                contestants.mosec("Mosec with simplejpeg", SIMPLEJPEG, pictures),
                contestants.litServe());
    }

    private Contestant fastApi(String name, String decoder, Map<Work, Exchange> exchanges) {
        return new LaunchedPeer(
                name,
                peers.versions("fastapi", "uvicorn"),
                "a uvicorn worker for each core, one engine thread each, " + decoder,
                workshop,
                Map.of("server", uvicorn("fastapi_direct:app", "--workers", String.valueOf(workshop.threads()))),
                decodingWith(decoder),
                exchanges);
    }

    private Contestant classic(Map<Work, Exchange> exchanges) {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        parts.put("redis", List.of("redis-server", "--port", "{port.redis}", "--bind", "127.0.0.1", "--save", ""));
        parts.put("model-server", List.of(peers.python(), "classic_model_server.py"));
        parts.put("api", uvicorn("classic_api:app"));
        return new LaunchedPeer(
                "Classic: FastAPI, Redis list, polling model server",
                peers.versions("fastapi", "uvicorn") + ", Redis " + Programs.redisVersion(),
                "batches of 32, polled every 50 ms, the API looks every 50 ms; Redis without AOF; pillow",
                workshop,
                parts,
                Map.of("BENCH_REDIS_PORT", "{port.redis}"),
                exchanges);
    }

    private Contestant mosec(String name, String decoder, Map<Work, Exchange> exchanges) {
        return new LaunchedPeer(
                name,
                peers.versions("mosec"),
                "a decoding and an inferring stage, a process for each core, batches of up to 8 within 10 ms, one engine thread each, "
                        + decoder,
                workshop,
                Map.of(
                        "server",
                        List.of(peers.python(), "mosec_server.py", "--port", "{port}", "--log-level", "warning")),
                decodingWith(decoder),
                exchanges);
    }

    private Contestant litServe() {
        return new LaunchedPeer(
                "LitServe",
                peers.versions("litserve"),
                "a worker for each core, batches of up to 8 within 10 ms, one engine thread each, pillow",
                workshop,
                Map.of("server", List.of(peers.python(), "litserve_server.py", "{port}")),
                ONE_ENGINE_THREAD,
                Map.of(Work.ROW, samples.row("/rows"), Work.PICTURE, samples.uploadedPicture("/picture", "content")));
    }

    private List<String> uvicorn(String app, String... options) {
        List<String> command = new ArrayList<>(List.of(
                peers.python(),
                "-m",
                "uvicorn",
                app,
                "--host",
                "127.0.0.1",
                "--port",
                "{port}",
                "--log-level",
                "warning"));
        command.addAll(List.of(options));
        return command;
    }

    private static Map<String, String> decodingWith(String decoder) {
        Map<String, String> environment = new LinkedHashMap<>(ONE_ENGINE_THREAD);
        environment.put("BENCH_DECODER", decoder);
        return environment;
    }
}
