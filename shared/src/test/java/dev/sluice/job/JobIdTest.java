package dev.sluice.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.model.Deployment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {
    @Test
    void anIdTellsItsDeploymentAndItsPlaceInAGroup() {
        JobId id = JobId.random(Deployment.parse("molecule-rings@champion"));
        JobId member = id.ofMember(3);
        assertEquals(member, JobId.parse(member.toString()).orElseThrow());
        assertEquals(id, member.queued());
        assertEquals("molecule-rings@champion", member.deployment().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "iris@champion",
                "iris@champion~123",
                "iris~00000000000000000000000000000000",
                "../../etc@x~00000000000000000000000000000000",
                "iris@champion~00000000000000000000000000000000.",
                "iris@champion~00000000000000000000000000000000.99999999",
                "iris@champion~0000000000000000000000000000000g",
                "iris@champion~00000000000000000000000000000000\n"
            })
    void whatIsNoIdIsNotTakenForOne(String text) {
        assertTrue(JobId.parse(text).isEmpty(), text);
    }
}
