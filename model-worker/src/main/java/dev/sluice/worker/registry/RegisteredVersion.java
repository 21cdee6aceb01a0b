package dev.sluice.worker.registry;

import dev.sluice.model.VersionIdentity;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version as the registry has it. A number alone does not say which: a model that was deleted and made anew counts from 1 again.
 *
 * @param source where MLflow says that it comes from
 * @param created epoch milliseconds
 */
public record RegisteredVersion(String model, String version, String source, long created) {
    private static final Pattern MODEL_ID = Pattern.compile("(?:.*/)?(m-[0-9a-f]{32})(?:/.*)?");

    /** MLflow's id of the logged model, or the source of a version that has none. */
    public String modelId() {
        Matcher id = MODEL_ID.matcher(source);
        return id.matches() ? id.group(1) : source;
    }

    /** Its folder in the cache: known before its files are, and another one for each registration. */
    String key() {
        return VersionIdentity.of(version, source + '\n' + created);
    }
}
