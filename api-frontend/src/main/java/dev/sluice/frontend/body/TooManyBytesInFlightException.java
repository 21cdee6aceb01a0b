package dev.sluice.frontend.body;

/** This process holds as many bytes of requests as it may. */
public final class TooManyBytesInFlightException extends RuntimeException {
    TooManyBytesInFlightException(long most) {
        super("requests in flight hold all of the " + most + " bytes that they may", null, false, false);
    }
}
