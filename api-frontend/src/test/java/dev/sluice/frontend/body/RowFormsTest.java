package dev.sluice.frontend.body;

import static dev.sluice.frontend.body.Parsing.columns;
import static dev.sluice.frontend.body.Parsing.faults;
import static dev.sluice.frontend.body.Parsing.refusal;
import static dev.sluice.frontend.body.Parsing.rows;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.frontend.body.InputRefusedException.Reason;
import dev.sluice.model.InputTensor;
import dev.sluice.model.Signature;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the columns are called, every form of a body means the same rows. */
class RowFormsTest {
    private static final Signature IRIS =
            columns(number("sepal_length"), number("sepal_width"), number("Petal Length"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "17",
                "instances",
                "dataframe_split",
                "dataframe_records",
                "b64",
                "image",
                "columns",
                "data",
                "truth",
                "",
                "é.ü"
            })
    void aColumnOfAnyNameWorksInEveryForm(String name) {
        Signature one = columns(number(name));
        Signature two = columns(number(name), number("other"));
        String record = "{\"%s\": 5}".formatted(name);
        String wide = "{\"%s\": 5, \"other\": 6}".formatted(name);
        for (String form : List.of("%s", "[%s]", "{\"instances\": [%s]}", "{\"dataframe_records\": [%s]}")) {
            assertRow(rows(form.formatted(record), one), 5);
            assertRow(rows(form.formatted(wide), two), 5, 6);
        }
        assertRow(rows("[[5, 6]]", two), 5, 6);
        assertRow(rows("{\"instances\": [[5]]}", one), 5);
        assertRow(rows("{\"dataframe_split\": {\"columns\": [\"%s\"], \"data\": [[5]]}}".formatted(name), one), 5);
        assertRow(
                rows(
                        "{\"dataframe_split\": {\"index\": [0], \"columns\": [\"other\", \"%s\"], \"data\": [[6, 5]]}}"
                                .formatted(name),
                        two),
                5,
                6);
    }

    /** As pandas writes a data frame without names. */
    @Test
    void namesThatAreWholeNumbersMayStandInASplitAsNumbers() {
        assertRow(
                rows(
                        "{\"dataframe_split\": {\"columns\": [1, 0], \"data\": [[6, 5]]}}",
                        columns(number("0"), number("1"))),
                5,
                6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sepal_lenght", "sepalLength", "Sepal Length", "SEPAL_LENGTH", "sepal-length", "sepal.length"})
    void anExtraColumnIsRefusedWithTheNameThatMayBeMeant(String name) {
        assertEquals(
                List.of("0 %s: is not a column of the model: did you mean 'sepal_length'?".formatted(name)),
                faults(
                        "{\"%s\": 1, \"sepal_length\": 1, \"sepal_width\": 2, \"Petal Length\": 3}".formatted(name),
                        IRIS));
    }

    @Test
    void aNameThatIsLikeNoneIsToBeLeftOut() {
        for (String name : List.of("colour", "x".repeat(10_000))) {
            assertEquals(
                    List.of("0 %s: is not a column of the model: leave it out".formatted(name)),
                    faults(
                            "{\"sepal_length\": 1, \"sepal_width\": 2, \"Petal Length\": 3, \"%s\": {}}"
                                    .formatted(name),
                            IRIS));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"a\": 1, \"z\": 9, \"b c\": []}, {\"a\": 2, \"ü\": null}]",
                "{\"instances\": [{\"z\": 1, \"a\": 1, \"b c\": 0}, {\"ü\": 1, \"a\": 2}]}",
                "{\"dataframe_split\": {\"columns\": [\"z\", \"a\", \"ü\", \"b c\"], \"data\": [[0, 1, 0, 0], [0, 2, 0, 0]]}}"
            })
    void extraColumnsMayBeIgnoredAndAreReported(String json) {
        ModelInput input = new InputParser(Parsing.LIMITS, ExtraColumns.Policy.IGNORE)
                .parse(Parsing.body(json), columns(number("a")));
        ModelInput.RowInput rows = assertInstanceOf(ModelInput.RowInput.class, input);
        assertEquals(List.of("b c", "z", "ü"), rows.ignored());
        assertEquals(2, rows.items());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "17",
                "\"text\"",
                "{\"instances\": []}",
                "{\"image\": \"iVBORw0KGgo=\"}",
                "{\"inputs\": [{\"name\": \"a\"}]}",
                "[17, 18]"
            })
    void aBodyOfAnotherFormIsRefusedWithTheFormsThatAreTaken(String json) {
        InputRefusedException refusal = refusal(json, IRIS);
        assertEquals(Reason.INVALID_ROWS, refusal.reason());
        assertTrue(refusal.detail().endsWith(": " + BodyForms.ROWS), refusal.detail());
    }

    @Test
    void aDuplicateColumnIsNamed() {
        assertEquals(
                "duplicate column 'a': send each column once",
                refusal("{\"dataframe_split\": {\"columns\": [\"a\", \"a\"], \"data\": [[1, 2]]}}", IRIS)
                        .detail());
    }

    @Test
    void tooManyRowsNameTheOptionThatRaisesTheLimit() {
        String rows = "[1, 2, 3],".repeat(500) + "[1, 2, 3]";
        InputRefusedException refusal = refusal("[" + rows + "]", IRIS);
        assertEquals(Reason.TOO_LARGE, refusal.reason());
        assertEquals("the request has 501 rows, more than 500 (--max-rows): split it", refusal.detail());
    }

    private static void assertRow(ModelInput.RowInput input, double... cells) {
        assertEquals(1, input.items());
        for (int i = 0; i < cells.length; i++) {
            Tensor column = input.columns().get(i);
            assertEquals(Datatype.FP64, column.datatype());
            assertArrayEquals(new double[] {cells[i]}, column.reals());
        }
    }

    private static InputTensor number(String name) {
        return InputTensor.column(name, Datatype.FP64, true);
    }
}
