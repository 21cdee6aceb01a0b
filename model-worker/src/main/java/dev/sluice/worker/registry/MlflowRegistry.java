package dev.sluice.worker.registry;

import dev.sluice.model.Deployment;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.mlflow.api.proto.ModelRegistry.GetModelVersion;
import org.mlflow.api.proto.ModelRegistry.GetModelVersionDownloadUri;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.ModelRegistry.RegisteredModel;
import org.mlflow.api.proto.ModelRegistry.RegisteredModelAlias;
import org.mlflow.api.proto.ModelRegistry.SearchRegisteredModels;
import org.mlflow_project.google.protobuf.Message;
import org.mlflow_project.google.protobuf.util.JsonFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is registered, and which version each alias points to. The messages are those of MLflow's client; its HTTP calls are not used: they
 * have no time limit, no certificates of their own, and follow redirects.
 */
public final class MlflowRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MlflowRegistry.class);
    private static final JsonFormat.Parser MESSAGES = JsonFormat.parser().ignoringUnknownFields();
    private static final String ROUTE = "/api/2.0/mlflow/";
    private static final int PAGE = 1000;
    private static final int MOST_WARNINGS = 1000;
    /** MLflow counts them; a version is part of a path in the cache. */
    private static final Pattern VERSION = Pattern.compile("\\d{1,18}");

    private static final Pattern EMPTY_OBJECT = Pattern.compile("\\s*\\{\\s*}\\s*");
    /** A server with passwords takes its time to check one. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final MlflowHttp http;
    private final ArtifactStores stores;
    private final Duration limit;
    private final Set<String> warned = new HashSet<>();

    /** An open server, with every file through its proxy. */
    public MlflowRegistry(String address) {
        this(MlflowServer.at(address));
    }

    /** With every file through the server's proxy. */
    public MlflowRegistry(MlflowServer server) {
        this(server, Optional.empty());
    }

    /** @param s3 where its artifacts are, to be fetched from there; none: through the server's proxy */
    public MlflowRegistry(MlflowServer server, Optional<S3Location> s3) {
        this(server, s3, LIMIT);
    }

    /** @param limit of a request to its REST interface */
    MlflowRegistry(MlflowServer server, Optional<S3Location> s3, Duration limit) {
        this.limit = limit;
        this.http = new MlflowHttp(server);
        this.stores = new ArtifactStores(server, new MlflowArtifacts(http), s3.map(S3Artifacts::new));
    }

    /** Every alias of every registered model with the version that it points to; one request per thousand models. */
    public SortedMap<Deployment, AliasTarget> aliases() throws RegistryUnavailableException, InterruptedException {
        SortedMap<Deployment, AliasTarget> aliases = new TreeMap<>();
        String pageToken = "";
        do {
            String query = "registered-models/search?max_results=%d&page_token=%s".formatted(PAGE, encoded(pageToken));
            SearchRegisteredModels.Response page = call(
                            query, "the registered models", SearchRegisteredModels.Response.newBuilder())
                    .build();
            for (RegisteredModel model : page.getRegisteredModelsList()) {
                model.getAliasesList().forEach(alias -> add(aliases, model, alias));
            }
            pageToken = page.getNextPageToken();
        } while (!pageToken.isEmpty());
        return aliases;
    }

    /** Which version that number means now. */
    public RegisteredVersion version(String model, String number)
            throws RegistryUnavailableException, InterruptedException {
        String query = "model-versions/get?name=%s&version=%s".formatted(encoded(model), encoded(number));
        ModelVersion version = call(query, nameOf(model, number), GetModelVersion.Response.newBuilder())
                .getModelVersion();
        return new RegisteredVersion(model, number, version.getSource(), version.getCreationTimestamp());
    }

    /** The files of a version, ready to be listed and downloaded. */
    VersionFiles filesOf(String model, String version)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException {
        return filesOf(model, version, stores);
    }

    VersionFiles filesOf(String model, String version, ArtifactStores from)
            throws RegistryUnavailableException, CorruptArtifactException, InterruptedException {
        String query = "model-versions/get-download-uri?name=%s&version=%s".formatted(encoded(model), encoded(version));
        return from.at(call(query, nameOf(model, version), GetModelVersionDownloadUri.Response.newBuilder())
                .getArtifactUri());
    }

    @Override
    public void close() {
        http.close();
        stores.close();
    }

    private void add(SortedMap<Deployment, AliasTarget> aliases, RegisteredModel model, RegisteredModelAlias alias) {
        String version = alias.getVersion();
        if (!VERSION.matcher(version).matches()) {
            warnOnce(
                    "alias '%s' of the registered model '%s' points to '%s', which is no version number: point it to a version"
                            .formatted(alias.getAlias(), model.getName(), version));
            return;
        }
        try {
            aliases.put(
                    new Deployment(model.getName(), alias.getAlias()),
                    new AliasTarget(version, model.getCreationTimestamp(), model.getLastUpdatedTimestamp()));
        } catch (IllegalArgumentException e) {
            warnOnce("alias '%s' of the registered model '%s' is not served, its name is %s: rename it"
                    .formatted(alias.getAlias(), model.getName(), e.getMessage()));
        }
    }

    private void warnOnce(String warning) {
        if (warned.size() < MOST_WARNINGS && warned.add(warning)) {
            LOG.warn("{}", warning.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    private <B extends Message.Builder> B call(String query, String what, B message)
            throws RegistryUnavailableException, InterruptedException {
        return http.read(ROUTE + query, what, limit, body -> {
            MESSAGES.merge(body, message);
            // Unknown fields are those of a newer MLflow; nothing but unknown fields comes from something else.
            if (message.getAllFields().isEmpty() && !EMPTY_OBJECT.matcher(body).matches()) {
                throw new IOException("no field of MLflow");
            }
            return message;
        });
    }

    private static String nameOf(String model, String version) {
        return "version %s of the registered model '%s'".formatted(version, model);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
