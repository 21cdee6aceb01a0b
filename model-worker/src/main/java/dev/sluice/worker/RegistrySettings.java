package dev.sluice.worker;

import dev.sluice.settings.Address;
import dev.sluice.settings.Settings;
import dev.sluice.settings.SettingsFaults;
import dev.sluice.worker.registry.MlflowServer;
import dev.sluice.worker.registry.S3Location;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where model versions are registered and stored. */
final class RegistrySettings implements Settings {
    @Option(
            names = "--mlflow",
            description = "MLflow server. Its credentials are the environment's MLFLOW_TRACKING_USERNAME and"
                    + " MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.")
    Address mlflow = Address.parse("http://127.0.0.1:5000");

    @Option(
            names = "--mlflow-ca",
            defaultValue = "${env:MLFLOW_TRACKING_SERVER_CERT_PATH:-}",
            description = "PEM file of the certificate authorities to trust for --mlflow; none: those of the JDK"
                    + " (SLUICE_MLFLOW_CA, else MLFLOW_TRACKING_SERVER_CERT_PATH).")
    String mlflowCa = "";

    @Option(
            names = "--artifacts",
            description =
                    "Where MLflow keeps its artifacts, s3://bucket/folder, to fetch versions from there; none: by MLflow's"
                            + " proxy. The keys are the environment's AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or those of"
                            + " the machine's role.")
    String artifacts = "";

    @Option(names = "--s3-endpoint", description = "The S3 store of --artifacts.")
    Address s3Endpoint = Address.parse("https://s3.amazonaws.com");

    @Option(names = "--s3-region", description = "The region of --s3-endpoint.")
    String s3Region = "us-east-1";

    /** @throws IllegalArgumentException when the address or the certificates cannot be used */
    MlflowServer mlflowServer(Map<String, String> environment) {
        MlflowServer server = MlflowServer.of(
                mlflow, environment, mlflowCa.isBlank() ? Optional.empty() : Optional.of(Path.of(mlflowCa.strip())));
        server.requireReadableCertificates();
        return server;
    }

    /** Where the artifacts lie, when they are not fetched by MLflow's proxy. */
    Optional<S3Location> artifactLocation() {
        return artifacts.isBlank()
                ? Optional.empty()
                : Optional.of(S3Location.parse(artifacts.strip(), URI.create(s3Endpoint.withCredentials()), s3Region));
    }

    @Override
    public void check(SettingsFaults faults) {
        faults.requireScheme("--mlflow", mlflow, List.of("http", "https"), "http://127.0.0.1:5000");
        faults.requireReadable("--mlflow-ca", () -> mlflowServer(Map.of()));
        if (s3Endpoint.credentials().isPresent()) {
            faults.add(
                    "--s3-endpoint: the address contains keys: give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        }
        faults.requireReadable("--artifacts, --s3-endpoint", this::artifactLocation);
    }
}
