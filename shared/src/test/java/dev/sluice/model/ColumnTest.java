package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.tensor.Datatype;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Columns on the board, between releases. */
class ColumnTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void whatAnOlderWorkerWroteIsTakenAsItIsDeclared() throws JsonProcessingException {
        Column column = JSON.readValue("{\"name\":\"n\",\"type\":\"LONG\",\"required\":true}", Column.class);
        assertEquals(new Column("n", ColumnType.LONG, true), column);
        assertEquals(Datatype.INT64, column.target());
        assertFalse(JSON.writeValueAsString(column).contains("wire"));
    }

    @Test
    void whatTheEngineTakesGoesAlongAndDoesNotChangeTheHash() throws JsonProcessingException {
        Column column = new Column("n", ColumnType.LONG, true, Datatype.INT32);
        String json = JSON.writeValueAsString(column);
        assertEquals("{\"name\":\"n\",\"type\":\"LONG\",\"required\":true,\"wire\":\"INT32\"}", json);
        assertEquals(column, JSON.readValue(json, Column.class));
        assertEquals(
                new ModelSignature.Rows(List.of(new Column("n", ColumnType.LONG, true))).hash(),
                new ModelSignature.Rows(List.of(column)).hash());
    }

    @Test
    void aDatatypeThatOnlyANewerWorkerKnowsIsNone() throws JsonProcessingException {
        String json = "{\"name\":\"n\",\"type\":\"DOUBLE\",\"required\":true,\"wire\":\"FP16\"}";
        assertEquals(new Column("n", ColumnType.DOUBLE, true), JSON.readValue(json, Column.class));
    }
}
