package dev.sluice.process;

import io.vertx.core.Future;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a process cannot listen on its address, and which option to change. */
public final class ListenFailure extends RuntimeException {
    private static final String HOST_OPTION = "--host";

    private final boolean portTaken;

    private ListenFailure(String message, boolean portTaken, @Nullable Throwable cause) {
        super(message, cause);
        this.portTaken = portTaken;
    }

    /**
     * Names the fault and the remedy.
     *
     * @param portOption name of the option that sets the port, such as {@code --port}
     */
    public static ListenFailure of(Throwable failure, String host, int port, String portOption) {
        if (failure instanceof UnknownHostException || failure instanceof UnresolvedAddressException) {
            return new ListenFailure(
                    "host name '%s' cannot be resolved: set %s to an address of this machine"
                            .formatted(host, HOST_OPTION),
                    false,
                    failure);
        }
        String reason = String.valueOf(failure.getMessage());
        String known = reason.toLowerCase(Locale.ROOT);
        if (known.contains("already in use")) {
            return new ListenFailure(
                    "port %d of %s is in use: stop the process that uses it, or choose another port with %s"
                            .formatted(port, host, portOption),
                    true,
                    failure);
        }
        if (known.contains("permission denied")) {
            return new ListenFailure(
                    "this user may not listen on port %d: choose a port above 1023 with %s, or grant CAP_NET_BIND_SERVICE"
                            .formatted(port, portOption),
                    false,
                    failure);
        }
        if (known.contains("cannot assign requested address")) {
            return new ListenFailure(
                    "%s is not an address of this machine: set %s to one that is, or to 0.0.0.0 for all"
                            .formatted(host, HOST_OPTION),
                    false,
                    failure);
        }
        return new ListenFailure(
                "cannot listen on %s:%d (%s): check %s and %s".formatted(host, port, reason, HOST_OPTION, portOption),
                false,
                failure);
    }

    /** The same future; if it fails, with the fault and the option to change. */
    public static <T> Future<T> naming(Future<T> listening, String host, int port, String portOption) {
        return listening.recover(failure -> Future.failedFuture(of(failure, host, port, portOption)));
    }

    /** Of every port that was tried, first to last. */
    public static ListenFailure allTaken(String host, int first, int last, String portOption) {
        return new ListenFailure(
                "ports %d to %d of %s are in use: choose another port with %s".formatted(first, last, host, portOption),
                true,
                null);
    }

    /** Whether another port may be free. */
    public boolean isPortTaken() {
        return portTaken;
    }
}
