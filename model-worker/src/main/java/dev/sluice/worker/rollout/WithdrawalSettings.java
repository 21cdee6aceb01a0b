package dev.sluice.worker.rollout;

import java.time.Duration;

/**
 * What becomes of a live deployment whose alias is gone.
 *
 * @param policy whether it is served on
 * @param after the registry must have said so for this long; the time in which it does not answer does not count
 */
public record WithdrawalSettings(Policy policy, Duration after) {
    public static final WithdrawalSettings DEFAULT = new WithdrawalSettings(Policy.STOP, Duration.ofSeconds(30));

    /** The values of {@code --withdrawn}. */
    public enum Policy {
        SERVE,
        STOP
    }
}
