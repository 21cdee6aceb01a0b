package dev.sluice.monitor.transfer;

import dev.sluice.model.Deployment;
import io.vertx.core.Future;

/** Copies waiting entries of a deployment to their table; a repetition after a failure stores nothing twice. */
public interface Transfer {
    /** Moves the oldest. @return whether more may wait */
    Future<Boolean> moveSome(Deployment deployment);
}
