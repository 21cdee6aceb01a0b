package dev.sluice.worker.registry;

import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The S3 store in which MLflow keeps its artifacts.
 *
 * @param endpoint of the store, for example {@code https://s3.amazonaws.com}
 * @param region that requests are signed for
 * @param bucket as MLflow's {@code --artifacts-destination} names it
 * @param folder in the bucket, without slashes around it; empty for the bucket itself
 */
public record S3Location(URI endpoint, String region, String bucket, String folder) {
    private static final Pattern ADDRESS = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*?))?/*");

    /**
     * @param address {@code s3://bucket} or {@code s3://bucket/folder}
     * @throws IllegalArgumentException for anything else
     */
    public static S3Location parse(String address, URI endpoint, String region) {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            throw new IllegalArgumentException("the artifact location is not a bucket: write s3://bucket/folder");
        }
        String folder = parts.group(2) == null ? "" : parts.group(2);
        if (!folder.isEmpty() && !new ArtifactFile(folder, -1).isSafe()) {
            throw new IllegalArgumentException(
                    "the artifact location names no folder inside its bucket: write s3://bucket/folder");
        }
        if (!List.of("http", "https").contains(String.valueOf(endpoint.getScheme())) || endpoint.getHost() == null) {
            throw new IllegalArgumentException(
                    "the endpoint is not an HTTP address: write one such as https://s3.amazonaws.com");
        }
        return new S3Location(endpoint, region, parts.group(1), folder);
    }

    /** Where a file of MLflow's proxy lies in the bucket. */
    String keyOf(String proxiedPath) {
        return folder.isEmpty() ? proxiedPath : folder + "/" + proxiedPath;
    }
}
