package dev.sluice.worker.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The next batch is taken while a loop is idle, or shortly before one will be. */
class PrefetchGateTest {
    private static final int TWO_LOOPS = 2;
    private static final long LEAD = 10;

    private long now;
    private final PrefetchGate gate = new PrefetchGate(() -> now);

    @Test
    void whileALoopIsIdleThereIsRoom() {
        gate.handingOver(1_000, TWO_LOOPS);
        assertEquals(0, gate.nanosUntilRoom(LEAD, TWO_LOOPS));
    }

    @Test
    void whenAllLoopsRunThereIsRoomShortlyBeforeTheFirstEnds() {
        gate.handingOver(1_000, TWO_LOOPS);
        gate.handingOver(300, TWO_LOOPS);
        assertEquals(290, gate.nanosUntilRoom(LEAD, TWO_LOOPS));
        now = 289;
        assertEquals(1, gate.nanosUntilRoom(LEAD, TWO_LOOPS));
        now = 290;
        assertEquals(0, gate.nanosUntilRoom(LEAD, TWO_LOOPS));
        now = 10_000;
        assertEquals(0, gate.nanosUntilRoom(LEAD, TWO_LOOPS), "a batch that takes longer than expected");
    }

    @Test
    void aBatchThatWaitsForALoopBeginsWhenTheFirstRunningOneEnds() {
        gate.handingOver(300, 1);
        gate.handingOver(500, 1);
        gate.ended();
        assertEquals(790, gate.nanosUntilRoom(LEAD, 1), "300 and 500, less the lead");
    }

    @Test
    void afterABatchWasTakenBackThereIsNoRoomUntilOneEnds() {
        gate.handingOver(300, 1);
        gate.handingOver(300, 1);
        gate.takenBack();
        now = 10_000;
        assertEquals(PrefetchGate.UNTIL_ONE_ENDS, gate.nanosUntilRoom(LEAD, 1));
        gate.ended();
        assertEquals(0, gate.nanosUntilRoom(LEAD, 1));
    }

    @Test
    void aClockThatWrapsAroundChangesNothing() {
        now = Long.MAX_VALUE - 100;
        gate.handingOver(50, TWO_LOOPS);
        gate.handingOver(300, TWO_LOOPS);
        assertEquals(40, gate.nanosUntilRoom(LEAD, TWO_LOOPS));
        gate.ended();
        gate.handingOver(1_000, TWO_LOOPS);
        assertEquals(290, gate.nanosUntilRoom(LEAD, TWO_LOOPS));
    }

    @Test
    void aStopOpensItForGood() throws InterruptedException {
        gate.handingOver(1_000, 1);
        gate.openForGood();
        assertEquals(0, gate.nanosUntilRoom(LEAD, 1));
        gate.await(LEAD, 1);
    }
}
