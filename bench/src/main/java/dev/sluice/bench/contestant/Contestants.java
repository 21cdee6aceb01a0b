package dev.sluice.bench.contestant;

import dev.sluice.bench.contestant.Samples.PictureForm;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All of them, Sluice first. */
public final class Contestants {
    private static final String PYTHON = "{python}";
    private static final Map<Work, String> PATHS = Map.of(Work.ROW, "/rows", Work.PICTURE, "/picture");

    private final Workshop workshop;

    private Contestants(Workshop workshop) {
        this.workshop = workshop;
    }

    /** Every one works with the same ONNX files and as many engine threads as there are cores. */
    public static List<Contestant> all(Workshop workshop) throws IOException {
        Contestants contestants = new Contestants(workshop);
        return List.of(
                new SluicePeer(workshop),
                contestants.fastApi("FastAPI direct", "pillow"),
                contestants.fastApi("FastAPI direct with simplejpeg", "simplejpeg"),
                contestants.classic(),
                contestants.mosec("Mosec", "pillow"),
                contestants.mosec("Mosec with simplejpeg", "simplejpeg"),
                contestants.litServe());
    }

    private Contestant fastApi(String name, String decoder) {
        return peer(
                name,
                "uvicorn with a worker for each core, one engine thread each, %s".formatted(decoder),
                Map.of(
                        "server",
                        List.of(
                                PYTHON,
                                "-m",
                                "uvicorn",
                                "fastapi_direct:app",
                                "--host",
                                "127.0.0.1",
                                "--port",
                                "{port}",
                                "--workers",
                                String.valueOf(workshop.threads()),
                                "--log-level",
                                "warning")),
                Map.of("BENCH_DECODER", decoder, "BENCH_THREADS", "1"),
                PictureForm.BARE);
    }

    private Contestant classic() {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        parts.put("redis", List.of("redis-server", "--port", "{redis}", "--bind", "127.0.0.1", "--save", ""));
        parts.put("model-server", List.of(PYTHON, "classic_model_server.py"));
        parts.put(
                "api",
                List.of(
                        PYTHON,
                        "-m",
                        "uvicorn",
                        "classic_api:app",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "{port}",
                        "--log-level",
                        "warning"));
        return peer(
                "Classic: FastAPI, Redis list, polling model server",
                "batches of 32, polled every 50 ms, the API looks every 50 ms; Redis without AOF; pillow",
                parts,
                Map.of("BENCH_DECODER", "pillow"),
                PictureForm.BARE);
    }

    private Contestant mosec(String name, String decoder) {
        return peer(
                name,
                "a decoding and an inferring stage, a process for each core, batches of up to 8 within 10 ms, one engine thread each, %s"
                        .formatted(decoder),
                Map.of("server", List.of(PYTHON, "mosec_server.py", "--port", "{port}", "--log-level", "warning")),
                Map.of("BENCH_DECODER", decoder, "BENCH_THREADS", "1"),
                PictureForm.BARE);
    }

    private Contestant litServe() {
        return peer(
                "LitServe",
                "a worker for each core, batches of up to 8 within 10 ms, one engine thread each, pillow",
                Map.of("server", List.of(PYTHON, "litserve_server.py", "{port}")),
                Map.of("BENCH_DECODER", "pillow", "BENCH_THREADS", "1"),
                PictureForm.MULTIPART);
    }

    private Contestant peer(
            String name,
            String settings,
            Map<String, List<String>> parts,
            Map<String, String> environment,
            PictureForm pictureForm) {
        return new PythonPeer(name, settings, workshop, parts, environment, PATHS, pictureForm);
    }
}
