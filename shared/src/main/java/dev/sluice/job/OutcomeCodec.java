package dev.sluice.job;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Outcomes as they stand in a job's record: of tensors, or of lines in schema 1; the first byte tells which. */
public final class OutcomeCodec {
    private OutcomeCodec() {}

    public static byte[] encode(Outcome outcome) {
        return switch (outcome.results()) {
            case ItemResults.Lines lines -> OutcomeText.encode(outcome, lines).getBytes(StandardCharsets.UTF_8);
            case ItemResults.Tensors tensors -> OutcomeBytes.encode(outcome, tensors);
        };
    }

    /**
     * Its tensors are views of the bytes.
     *
     * @param bytes all of it, between position and limit
     * @throws IllegalArgumentException when they are not an outcome
     */
    public static Outcome decode(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            throw new IllegalArgumentException("not an outcome: it is empty");
        }
        if (bytes.get(bytes.position()) == OutcomeBytes.FORM) {
            return OutcomeBytes.decode(bytes);
        }
        return OutcomeText.decode(StandardCharsets.UTF_8.decode(bytes.slice()).toString());
    }
}
