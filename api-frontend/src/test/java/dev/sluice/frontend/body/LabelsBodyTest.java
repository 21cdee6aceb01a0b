package dev.sluice.frontend.body;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.frontend.body.InputRefusedException.Reason;
import org.junit.jupiter.api.Test;

/** As many labels as a request may have items. */
class LabelsBodyTest {
    private final LabelsBody labels = new LabelsBody(Parsing.LIMITS);

    @Test
    void asManyLabelsAsRowsAreTakenAndNoMore() {
        assertEquals(500, labels.read(Parsing.body(truth(500))).items());
        InputRefusedException refused =
                assertThrows(InputRefusedException.class, () -> labels.read(Parsing.body(truth(501))));
        assertEquals(Reason.TOO_LARGE, refused.reason());
        assertTrue(refused.detail().startsWith("501 labels are more than"), refused.detail());
    }

    private static String truth(int items) {
        return "{\"truth\": [" + "1,".repeat(items - 1) + "1]}";
    }
}
