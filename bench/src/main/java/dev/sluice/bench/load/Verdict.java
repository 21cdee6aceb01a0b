package dev.sluice.bench.load;

/** What an answer is worth. */
enum Verdict {
    /** 200 with what was expected. */
    RIGHT,
    /** 429 or 503. */
    REFUSED,
    WRONG;

    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    static Verdict on(ResponseReader response, byte[] expected) {
        return switch (response.status()) {
            case OK -> response.bodyHolds(expected) ? RIGHT : WRONG;
            case TOO_MANY, UNAVAILABLE -> REFUSED;
            default -> WRONG;
        };
    }
}
