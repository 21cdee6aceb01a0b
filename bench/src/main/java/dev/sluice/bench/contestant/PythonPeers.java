package dev.sluice.bench.contestant;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.machine.Programs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What serves models in Python, each set up as its own documentation recommends; its code lies in {@code bench/peers}. */
final class PythonPeers {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String PART = "server";
    private static final String PILLOW = "pillow";
    private static final String SIMPLEJPEG = "simplejpeg";

    private final Workshop workshop;
    private final Samples samples;
    private final PythonEnvironment peers;
    private final String cores;

    PythonPeers(Workshop workshop) {
        this.workshop = workshop;
        this.samples = workshop.samples();
        this.peers = workshop.peers();
        this.cores = String.valueOf(workshop.threads());
    }

    Contestant fastApi() {
        return fastApi("FastAPI direct", PILLOW, rowsAndPictures());
    }

    /** For pictures only: the rows would be the same. */
    Contestant fastApiWithSimplejpeg() {
        return fastApi("FastAPI direct with simplejpeg", SIMPLEJPEG, pictures());
    }

    private Contestant fastApi(String name, String decoder, Map<Work, Exchange> exchanges) {
        return server(
                name,
                peers.versions("fastapi", "uvicorn"),
                "a uvicorn worker for each core, one engine thread each, " + decoder,
                uvicorn("fastapi_direct:app", "--workers", cores),
                Map.of("BENCH_DECODER", decoder),
                exchanges);
    }

    Contestant classic() {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        parts.put("redis", List.of("redis-server", "--port", "{port.redis}", "--bind", LOOPBACK, "--save", ""));
        parts.put("model-server", List.of(peers.python(), "classic_model_server.py"));
        parts.put("api", uvicorn("classic_api:app"));
        return new LaunchedPeer(
                "Classic: FastAPI, Redis list, polling model server",
                "%s, Redis %s".formatted(peers.versions("fastapi", "uvicorn"), Programs.redisVersion()),
                "batches of 32, polled every 50 ms, the API looks every 50 ms; Redis without AOF; pillow",
                workshop,
                parts,
                Map.of("BENCH_REDIS_PORT", "{port.redis}"),
                rowsAndPictures());
    }

    Contestant mosec() {
        return mosec("Mosec", PILLOW, rowsAndPictures());
    }

    /** For pictures only: the rows would be the same. */
    Contestant mosecWithSimplejpeg() {
        return mosec("Mosec with simplejpeg", SIMPLEJPEG, pictures());
    }

    private Contestant mosec(String name, String decoder, Map<Work, Exchange> exchanges) {
        return server(
                name,
                peers.versions("mosec"),
                "a decoding and an inferring stage, a process for each core, batches of up to 8 within 10 ms (rows: 32, 1 ms), one engine thread each, "
                        + decoder,
                List.of(
                        peers.python(),
                        "mosec_server.py",
                        "--port",
                        "{port}",
                        "--timeout",
                        "2000",
                        "--log-level",
                        "warning"),
                Map.of("BENCH_DECODER", decoder),
                exchanges);
    }

    Contestant litServe() {
        return server(
                "LitServe",
                peers.versions("litserve"),
                "a worker for each core, batches of up to 8 within 10 ms, one engine thread each, pillow",
                List.of(peers.python(), "litserve_server.py", "{port}"),
                Map.of(),
                Map.of(Work.ROW, samples.row("/rows"), Work.PICTURE, samples.uploadedPicture("/picture", "content")));
    }

    Contestant bentoMl() {
        return server(
                "BentoML",
                peers.versions("bentoml"),
                "a worker for each core, adaptive batches of up to 32 within 2 s at most, one engine thread each, pillow",
                List.of(
                        peers.python(),
                        "-m",
                        "bentoml",
                        "serve",
                        "bentoml_service:Peer",
                        "--host",
                        LOOPBACK,
                        "--port",
                        "{port}"),
                Map.of("BENCH_WORKERS", cores, "BENTOML_DO_NOT_TRACK", "True"),
                Map.of(
                        Work.ROW,
                        samples.batchedRow("/rows"),
                        Work.PICTURE,
                        samples.uploadedPicture("/picture", "pictures")));
    }

    Contestant mlServer() {
        PythonEnvironment environment = workshop.mlServer();
        String state = workshop.work().resolve("mlserver").toString();
        return server(
                "MLServer",
                environment.versions("mlserver"),
                "Open Inference Protocol v2, a parallel worker for each core, adaptive batches of up to 8 within 10 ms (rows: 32, 1 ms), one engine thread each, pillow",
                List.of(environment.program("mlserver"), "start", "mlserver_models"),
                Map.of(
                        "PYTHONPATH",
                        ".",
                        "MLSERVER_HOST",
                        LOOPBACK,
                        "MLSERVER_HTTP_PORT",
                        "{port}",
                        "MLSERVER_GRPC_PORT",
                        "{port.grpc}",
                        "MLSERVER_METRICS_PORT",
                        "{port.metrics}",
                        "MLSERVER_PARALLEL_WORKERS",
                        cores,
                        "MLSERVER_DEBUG",
                        "false",
                        "MLSERVER_METRICS_DIR",
                        state + "/metrics",
                        "MLSERVER_ENVIRONMENTS_DIR",
                        state + "/environments"),
                Map.of(
                        Work.ROW,
                        samples.tensorRow("/v2/models/iris/infer"),
                        Work.PICTURE,
                        samples.tensorPicture("/v2/models/imagenet/infer")));
    }

    /** For rows only: it would have its clients decode pictures, and send them as numbers. */
    Contestant mlflow() {
        PythonEnvironment environment = workshop.training();
        return server(
                "MLflow's scoring server",
                environment.versions("mlflow"),
                "`mlflow models serve --env-manager local`, ONNX flavor, a uvicorn worker for each core, one engine thread each",
                List.of(
                        environment.python(),
                        "-m",
                        "mlflow",
                        "models",
                        "serve",
                        "--model-uri",
                        workshop.models().resolve("iris-scoring-server").toString(),
                        "--env-manager",
                        "local",
                        "--host",
                        LOOPBACK,
                        "--port",
                        "{port}",
                        "--workers",
                        cores),
                Map.of("PATH", environment.path(), "UVICORN_LOG_LEVEL", "warning", "MLFLOW_DISABLE_TELEMETRY", "true"),
                Map.of(Work.ROW, samples.scoredRow("/invocations")));
    }

    private Contestant server(
            String name,
            String version,
            String settings,
            List<String> command,
            Map<String, String> environment,
            Map<Work, Exchange> exchanges) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("BENCH_THREADS", "1");
        return new LaunchedPeer(name, version, settings, workshop, Map.of(PART, command), all, exchanges);
    }

    private List<String> uvicorn(String app, String... options) {
        List<String> command = new ArrayList<>(List.of(peers.python(), "-m", "uvicorn", app));
        command.addAll(List.of("--host", LOOPBACK, "--port", "{port}", "--log-level", "warning"));
        command.addAll(List.of(options));
        return command;
    }

    private Map<Work, Exchange> rowsAndPictures() {
        return Map.of(Work.ROW, samples.row("/rows"), Work.PICTURE, samples.picture("/picture"));
    }

    private Map<Work, Exchange> pictures() {
        return Map.of(Work.PICTURE, samples.picture("/picture"));
    }
}
