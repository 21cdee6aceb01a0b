package dev.sluice.frontend.catalog;

import dev.sluice.redis.RedisFault;
import java.time.Duration;
import java.util.Optional;

/** The board has not been read yet. */
public final class CatalogUnknownException extends RuntimeException {
    private final Duration retryAfter;

    CatalogUnknownException(Optional<RedisFault> why) {
        super(
                "what is deployed is not known yet: "
                        + why.map(RedisFault::fault).orElse("this process has just started"),
                null,
                false,
                false);
        this.retryAfter = why.map(RedisFault::retryAfter).orElse(Duration.ofSeconds(1));
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
