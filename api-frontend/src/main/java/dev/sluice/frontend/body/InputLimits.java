package dev.sluice.frontend.body;

import java.time.Duration;

/**
 * How much one request may bring.
 *
 * @param bodyBytes of the whole body
 * @param arriveWithin from its head to the end of its body
 */
public record InputLimits(long bodyBytes, int rows, int pictures, long pixels, Duration arriveWithin) {}
