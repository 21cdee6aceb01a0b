package dev.sluice.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.chaos.Futures;
import dev.sluice.chaos.SilentServer;
import io.vertx.core.Vertx;
import java.net.SocketException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever reads why a process cannot listen knows which option to change. */
class ListenFailureTest {
    /** Of a block that is reserved for documentation. */
    private static final String FOREIGN = "203.0.113.1";

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        Futures.await(vertx.close());
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (SilentServer other = new SilentServer()) {
            ListenFailure failure = failureOf("127.0.0.1", other.port());
            assertEquals(
                    "port %d of 127.0.0.1 is in use: stop the process that uses it, or choose another port with --x-port"
                            .formatted(other.port()),
                    failure.getMessage());
            assertEquals(true, failure.isPortTaken());
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() throws Exception {
        ListenFailure failure = failureOf(FOREIGN, 0);
        assertEquals(
                FOREIGN + " is not an address of this machine: set --host to one that is, or to 0.0.0.0 for all",
                failure.getMessage());
        assertEquals(false, failure.isPortTaken());
    }

    @Test
    void aHostThatDoesNotExistIsNamed() throws Exception {
        assertEquals(
                "host name 'sluice.invalid' cannot be resolved: set --host to an address of this machine",
                failureOf("sluice.invalid", 0).getMessage());
    }

    /** As the JDK reports it; the tests may run as root, who may use every port. */
    @Test
    void aPortThatTheUserMayNotUseIsNamed() {
        assertEquals(
                "this user may not listen on port 80: choose a port above 1023 with --x-port, or grant CAP_NET_BIND_SERVICE",
                ListenFailure.of(new SocketException("Permission denied"), "0.0.0.0", 80, "--x-port")
                        .getMessage());
    }

    @Test
    void anyOtherFaultIsQuoted() {
        assertEquals(
                "cannot listen on 0.0.0.0:80 (Too many open files): check --host and --x-port",
                ListenFailure.of(new SocketException("Too many open files"), "0.0.0.0", 80, "--x-port")
                        .getMessage());
    }

    private ListenFailure failureOf(String host, int port) throws InterruptedException {
        try {
            vertx.createHttpServer()
                    .requestHandler(request -> request.response().end())
                    .listen(port, host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            return ListenFailure.of(assertInstanceOf(Exception.class, e.getCause()), host, port, "--x-port");
        }
        throw new AssertionError("it listens");
    }
}
