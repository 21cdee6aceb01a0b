package dev.sluice.worker.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JobLogTest {
    @Test
    void aJobIsLoggedUnderTheTraceOfEachOfItsRequests() {
        String one = "00-" + "1".repeat(32) + "-" + "a".repeat(16) + "-01";
        String two = "00-" + "2".repeat(32) + "-" + "b".repeat(16) + "-01";
        assertEquals("1".repeat(32), JobLog.traceIdsOf(one));
        assertEquals("1".repeat(32) + "," + "2".repeat(32), JobLog.traceIdsOf(one + "," + two));
        assertEquals("", JobLog.traceIdsOf(""));
        assertEquals("", JobLog.traceIdsOf(",x,"));
    }
}
