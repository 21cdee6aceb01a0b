package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.tensor.Datatype;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures on the board, between releases. */
class SignatureTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Signature ROWS = new Signature(
            List.of(InputTensor.column("n", Datatype.INT64, true), InputTensor.column("t", Datatype.BYTES, false)));

    @Test
    void rowsHaveTheFormAndTheHashOfEarlierReleases() throws JsonProcessingException {
        String json =
                "{\"kind\":\"rows\",\"columns\":[{\"name\":\"n\",\"type\":\"LONG\",\"required\":true},{\"name\":\"t\",\"type\":\"STRING\",\"required\":false}]}";
        assertEquals(json, JSON.writeValueAsString(ROWS));
        assertEquals(ROWS, JSON.readValue(json, Signature.class));
        assertEquals("6ca6773964bfcbc6", ROWS.hash());
        assertEquals(Datatype.INT64, ROWS.inputs().getFirst().target());
    }

    @Test
    void picturesHaveTheFormAndTheHashOfEarlierReleases() throws JsonProcessingException {
        Signature pictures = Signature.ofPicture(3, 224, 112);
        String json = "{\"kind\":\"pictures\",\"channels\":3,\"height\":224,\"width\":112}";
        assertEquals(json, JSON.writeValueAsString(pictures));
        assertEquals(pictures, JSON.readValue(json, Signature.class));
        assertEquals("752f502ee3ac5744", pictures.hash());
        assertTrue(pictures.isOfPictures());
    }

    @Test
    void whatTheEngineTakesGoesAlongAndDoesNotChangeTheHash() throws JsonProcessingException {
        Signature narrow = new Signature(List.of(
                ROWS.inputs().getFirst().withWire(Datatype.INT32), ROWS.inputs().getLast()));
        String json = JSON.writeValueAsString(narrow);
        assertTrue(json.contains("{\"name\":\"n\",\"type\":\"LONG\",\"required\":true,\"wire\":\"INT32\"}"), json);
        assertEquals(narrow, JSON.readValue(json, Signature.class));
        assertEquals(ROWS.hash(), narrow.hash());
    }

    @Test
    void aDatatypeThatOnlyANewerWorkerKnowsIsNone() throws JsonProcessingException {
        String json =
                "{\"kind\":\"rows\",\"columns\":[{\"name\":\"n\",\"type\":\"DOUBLE\",\"required\":true,\"wire\":\"FP8\"}]}";
        assertEquals(
                List.of(InputTensor.column("n", Datatype.FP64, true)),
                JSON.readValue(json, Signature.class).inputs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"kind\":\"tensors\"}", "{\"kind\":\"rows\",\"columns\":[{\"name\":\"n\"}]}", "7"})
    void whatIsNoSignatureIsRefused(String json) {
        assertThrows(JsonProcessingException.class, () -> JSON.readValue(json, Signature.class));
    }
}
