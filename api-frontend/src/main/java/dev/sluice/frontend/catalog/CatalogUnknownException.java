package dev.sluice.frontend.catalog;

/** The board has not been read yet, because Redis was never reached. */
public final class CatalogUnknownException extends RuntimeException {
    CatalogUnknownException() {
        super(
                "what is deployed is not known yet: Redis has not been reached since this process started",
                null,
                false,
                false);
    }
}
