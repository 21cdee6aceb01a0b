package dev.sluice.worker.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.model.Deployment;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.mlflow.tracking.MlflowClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is registered, and which version each alias points to. */
public final class MlflowRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MlflowRegistry.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 1000;
    /** MLflow counts them; a version is part of a path in the cache. */
    private static final Pattern VERSION = Pattern.compile("\\d{1,18}");
    /** The client itself would wait for ever. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final MlflowClient client;
    private final ArtifactStores stores;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    /** With every file by the server's proxy. */
    public MlflowRegistry(String baseUrl) {
        this(baseUrl, Optional.empty());
    }

    /**
     * @param baseUrl of the MLflow server, for example {@code http://127.0.0.1:5000}
     * @param s3 where its artifacts lie, to be fetched from there; none: by the server's proxy
     */
    public MlflowRegistry(String baseUrl, Optional<S3Location> s3) {
        this.client = new MlflowClient(baseUrl);
        this.stores = new ArtifactStores(new MlflowArtifacts(baseUrl), s3.map(S3Artifacts::new));
    }

    /** Every alias of every registered model with the version that it points to; one request per thousand models. */
    public SortedMap<Deployment, String> aliases() throws RegistryUnavailableException, InterruptedException {
        SortedMap<Deployment, String> aliases = new TreeMap<>();
        String pageToken = "";
        do {
            String query = "registered-models/search?max_results=%d&page_token=%s"
                    .formatted(PAGE, URLEncoder.encode(pageToken, StandardCharsets.UTF_8));
            JsonNode page = parse(call(() -> client.sendGet(query)));
            for (JsonNode model : page.path("registered_models")) {
                model.path("aliases")
                        .forEach(alias -> add(aliases, model.path("name").asText(), alias));
            }
            pageToken = page.path("next_page_token").asText("");
        } while (!pageToken.isEmpty());
        return aliases;
    }

    /** The files of a version, ready to be listed and downloaded. */
    VersionFiles filesOf(String model, String version)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException {
        return filesOf(model, version, stores);
    }

    VersionFiles filesOf(String model, String version, ArtifactStores from)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException {
        String uri = call(() -> client.getModelVersionDownloadUri(model, version));
        return from.at(uri);
    }

    @Override
    public void close() {
        calls.shutdownNow();
        client.close();
        stores.close();
    }

    private static void add(SortedMap<Deployment, String> aliases, String model, JsonNode alias) {
        String version = alias.path("version").asText();
        if (!VERSION.matcher(version).matches()) {
            LOG.warn("an alias of {} points to '{}', which is no version", model, version);
            return;
        }
        try {
            aliases.put(new Deployment(model, alias.path("alias").asText()), version);
        } catch (IllegalArgumentException e) {
            LOG.debug("a registered model is not served: {}", e.getMessage());
        }
    }

    private <T> T call(Callable<T> request) throws RegistryUnavailableException, InterruptedException {
        Future<T> answer = calls.submit(request);
        try {
            return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RegistryUnavailableException("MLflow: " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            // Interrupting a virtual thread closes the socket that it reads from.
            answer.cancel(true);
            throw new RegistryUnavailableException("MLflow did not answer within %d s".formatted(LIMIT.toSeconds()), e);
        }
    }

    private static JsonNode parse(String json) throws RegistryUnavailableException {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new RegistryUnavailableException("MLflow answered with something that is no JSON", e);
        }
    }
}
