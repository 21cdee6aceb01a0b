package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.Integration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The notebook that people begin with, from top to bottom on a running system. */
@ExtendWith(RunningSluice.Shared.class)
@Integration
class NotebookTest {
    private final RunningSluice sluice;

    NotebookTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void itTrainsRegistersRollsOutAndAsks() {
        String printed = sluice.sluice("notebook", "--execute");
        assertTrue(printed.contains("answers, none failed"), printed);
    }
}
