package dev.sluice.frontend.body;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.model.InputTensor;
import dev.sluice.model.Signature;
import dev.sluice.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** JSON bodies through the parser, without a server. */
final class Parsing {
    static final InputLimits LIMITS = new InputLimits(1 << 20, 500, 3, 1_000_000, Duration.ofSeconds(1));

    static final InputParser PARSER = new InputParser(LIMITS, ExtraColumns.Policy.REFUSE);

    private Parsing() {}

    static Signature columns(InputTensor... columns) {
        return new Signature(List.of(columns));
    }

    static ModelInput.RowInput rows(String json, Signature signature) {
        return assertInstanceOf(ModelInput.RowInput.class, PARSER.parse(body(json), signature), json);
    }

    static Tensor onlyColumn(String json, InputTensor column) {
        return rows(json, columns(column)).columns().getFirst();
    }

    static InputRefusedException refusal(String json, Signature signature) {
        return assertThrows(InputRefusedException.class, () -> PARSER.parse(body(json), signature), json);
    }

    /** {@code row column: detail}, one a fault. */
    static List<String> faults(String json, Signature signature) {
        return refusal(json, signature).faults().stream()
                .map(fault -> "%d %s: %s".formatted(fault.item(), fault.column().orElse("-"), fault.detail()))
                .toList();
    }

    static RequestBody body(String json) {
        return new RequestBody.Plain("application/json", json.getBytes(StandardCharsets.UTF_8));
    }
}
