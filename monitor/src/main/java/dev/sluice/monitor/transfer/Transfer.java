package dev.sluice.monitor.transfer;

import dev.sluice.model.Deployment;
import io.vertx.core.Future;

/** Takes what waits in a stream of a deployment to where it is kept; repeated after a failure, it keeps nothing twice. */
public interface Transfer {
    /** Moves the oldest. @return whether more may wait */
    Future<Boolean> moveSome(Deployment deployment);
}
