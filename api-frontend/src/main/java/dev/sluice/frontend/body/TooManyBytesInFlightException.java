package dev.sluice.frontend.body;

/** This process holds the most bytes of requests, see {@code --in-flight-limit}. */
public final class TooManyBytesInFlightException extends RuntimeException {
    TooManyBytesInFlightException(long most) {
        super(
                "the requests in flight hold the most bytes of this process, " + most
                        + " (--in-flight-limit): try again",
                null,
                false,
                false);
    }
}
