package dev.sluice.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeCodecTest {
    private static final ItemResult DAISY = new ItemResult.Prediction("{\"label\":\"daisy\"}");
    private static final Failure BROKEN = new Failure(Failure.Kind.UNDECODABLE_PICTURE, "not a \"picture\"\nbut ü");
    private static final ItemResult FAILED = new ItemResult.Failed(BROKEN);
    private static final long TWO_DAYS_MS = 172_800_000;

    @Test
    void linesThatWereWrittenAreRead() {
        Outcome outcome = new Outcome(
                "7\n\"quoted\" ü",
                "7-\"ü\"",
                3,
                new Timing(0.25, 1e-3, 12.5),
                new ItemResults.Lines(List.of(DAISY, FAILED, DAISY)));
        assertEquals(outcome, decoded(OutcomeCodec.encode(outcome)));
    }

    @Test
    void tensorsThatWereWrittenAreRead() {
        Outcome outcome = tensors();
        Outcome read = decoded(OutcomeCodec.encode(outcome));
        assertEquals(outcome.version(), read.version());
        assertEquals(outcome.versionId(), read.versionId());
        assertEquals(outcome.batch(), read.batch());
        assertEquals(outcome.timing(), read.timing());
        ItemResults.Tensors results = (ItemResults.Tensors) read.results();
        assertEquals(3, results.size());
        assertEquals(Map.of(1, BROKEN), results.failures());
        assertArrayEquals(new double[] {0.5, 2.5}, results.outputs().get(0).reals());
        assertArrayEquals(new String[] {"daisy", "ü"}, results.outputs().get(1).texts());
    }

    @Test
    void anOutcomeWithoutAnyAnswerIsRead() {
        Outcome outcome = new Outcome("7", "7-a", 2, Timing.NONE, ItemResults.Tensors.failed(2, BROKEN));
        assertEquals(outcome, decoded(OutcomeCodec.encode(outcome)));
    }

    @Test
    void anOutcomeOfTensorsThatIsCutOffIsRefused() {
        byte[] whole = OutcomeCodec.encode(tensors());
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThrows(IllegalArgumentException.class, () -> decoded(part), "of " + length + " bytes");
        }
        assertThrows(IllegalArgumentException.class, () -> decoded(Arrays.copyOf(whole, whole.length + 1)));
    }

    /** An untrusted writer may have written it. */
    @Test
    void noByteOfAnOutcomeMakesItsReaderFailInAnotherWay() {
        byte[] whole = OutcomeCodec.encode(tensors());
        for (int at = 0; at < whole.length; at++) {
            for (int value : new int[] {0, 1, 127, 128, 255}) {
                byte[] changed = whole.clone();
                changed[at] = (byte) value;
                try {
                    decoded(changed);
                } catch (IllegalArgumentException expected) {
                    assertEquals(IllegalArgumentException.class, expected.getClass(), "byte " + at);
                }
            }
        }
    }

    /** Without elements, a few bytes could claim any number of items. */
    @Test
    void outputsWithoutElementsAreRefused() {
        TensorBuilder empty = new TensorBuilder("a", Datatype.FP32, 1_000_000, 0);
        Outcome outcome =
                new Outcome("7", "7-a", 1, Timing.NONE, ItemResults.Tensors.of(1_000_000, List.of(empty.build())));
        byte[] bytes = OutcomeCodec.encode(outcome);
        assertThrows(IllegalArgumentException.class, () -> decoded(bytes));
    }

    @Test
    void partsOfAnOutcomeKeepTheirFailuresAndAnswers() {
        ItemResults.Tensors whole = (ItemResults.Tensors) tensors().results();
        ItemResults.Tensors part = whole.slice(1, 3);
        assertEquals(Map.of(0, BROKEN), part.failures());
        assertArrayEquals(new double[] {2.5}, part.outputs().getFirst().reals());
        ItemResults.Tensors joined = ItemResults.Tensors.join(List.of(whole.slice(0, 1), whole.slice(1, 2), part));
        assertEquals(Map.of(1, BROKEN, 2, BROKEN), joined.failures());
        assertArrayEquals(new double[] {0.5, 2.5}, joined.outputs().getFirst().reals());
        assertEquals(1, joined.row(3));
    }

    @Test
    void theIdentityOfAVersionIsOptional() {
        Outcome outcome = decoded("{\"version\":\"7\"}\n+{\"label\":\"daisy\"}".getBytes(UTF_8));
        assertEquals("", outcome.versionId());
        assertEquals(outcome, decoded(OutcomeCodec.encode(outcome)));
        assertEquals("7-ü", tensors().slice(0, 1).versionId());
    }

    /** A later release may say more in its header. */
    @Test
    void whatIsNotKnownIsPassedOver() {
        assertEquals(
                new Outcome("7", "", 0, new Timing(0, 0, 2), new ItemResults.Lines(List.of(DAISY))),
                decoded("{\"trace\":{\"version\":[1,{}]},\"version\":\"7\",\"infer_ms\":2}\n+{\"label\":\"daisy\"}"
                        .getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"version\":", "{}\n", "{}\nno sign", "{}\n-no JSON", "{}\n+1\n"})
    void whatIsNoOutcomeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> decoded(text.getBytes(UTF_8)));
    }

    private static Outcome tensors() {
        List<Tensor> outputs = List.of(Tensor.reals("score", 0.5, 2.5), Tensor.texts("name", "daisy", "ü"));
        return new Outcome(
                "7",
                "7-ü",
                300,
                new Timing(TWO_DAYS_MS, 0.25, 12.125),
                new ItemResults.Tensors(3, new TreeMap<>(Map.of(1, BROKEN)), outputs));
    }

    private static Outcome decoded(byte[] bytes) {
        return OutcomeCodec.decode(ByteBuffer.wrap(bytes));
    }
}
