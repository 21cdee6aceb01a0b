package dev.sluice.job;

/** Where an answer's time went, in milliseconds: waiting in the queue, decoding, inferring (of the whole batch it was part of). */
public record Timing(double queueMs, double decodeMs, double inferMs) {
    public static final Timing NONE = new Timing(0, 0, 0);
}
