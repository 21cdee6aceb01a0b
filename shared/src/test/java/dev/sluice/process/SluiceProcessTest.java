package dev.sluice.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.MainProcess;
import dev.sluice.chaos.Slow;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exit status and the log of a process, however it ends; what it has opened is closed. */
@Slow
class SluiceProcessTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void aStopBySignalDrainsClosesAndIsNoFailure() throws Exception {
        try (MainProcess process = MainProcess.start(PlainProgram.class, "runs")) {
            process.awaitLog("the program runs");
            process.terminate();
            assertEquals(0, process.awaitEnd(LIMIT), process::log);
            assertTrue(process.log().matches("(?s).*draining\n.*the part is closed\n.*stopped\n.*"), process::log);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cannot start", "lacks a class"})
    void aProgramThatCannotStartClosesWhatItHasOpenedAndFails(String what) throws Exception {
        try (MainProcess process = MainProcess.start(PlainProgram.class, what)) {
            assertEquals(1, process.awaitEnd(LIMIT), process::log);
            assertTrue(process.log().contains("Cannot start: "), process::log);
            assertTrue(process.log().contains("the part is closed"), process::log);
            assertFalse(process.log().contains("draining"), process::log);
        }
    }

    @Test
    void aSignalDuringTheStartClosesWhatIsOpenAndIsNoFailure() throws Exception {
        try (MainProcess process = MainProcess.start(PlainProgram.class, "starts for ever")) {
            process.awaitLog("the part is open");
            process.terminate();
            assertEquals(0, process.awaitEnd(LIMIT), process::log);
            assertTrue(process.log().contains("the part is closed"), process::log);
            assertFalse(process.log().contains("Cannot start"), process::log);
        }
    }

    @Test
    void aDrainThatFailsKeepsNothingFromClosing() throws Exception {
        try (MainProcess process = MainProcess.start(PlainProgram.class, "cannot drain")) {
            process.awaitLog("the program runs");
            process.terminate();
            assertEquals(1, process.awaitEnd(LIMIT), process::log);
            assertTrue(process.log().contains("the part is closed"), process::log);
        }
    }
}
