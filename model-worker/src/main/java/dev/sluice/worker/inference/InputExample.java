package dev.sluice.worker.inference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.sluice.model.InputTensor;
import dev.sluice.tensor.Tensor;
import dev.sluice.tensor.TensorBuilder;
import dev.sluice.worker.modelfile.ModelFileException;
import dev.sluice.worker.modelfile.VersionFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One item to try a model on: the first of its own input example, or one made up in the right shape when that cannot be used. */
final class InputExample {
    private static final Logger LOG = LoggerFactory.getLogger(InputExample.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Optional<Path> file;

    private InputExample(Optional<Path> file) {
        this.file = file;
    }

    /** @throws UnservableModelException when it lies outside the folder; without one, there is none */
    static InputExample of(MlModelFile model, VersionFolder folder) throws UnservableModelException {
        JsonNode name = model.inputExample();
        try {
            return new InputExample(
                    name.isTextual()
                            ? folder.optionalFile("its saved_input_example_info", name.asText())
                            : Optional.empty());
        } catch (ModelFileException e) {
            throw new UnservableModelException(e);
        }
    }

    /** One row, a tensor per column. */
    List<Tensor> row(List<InputTensor> columns) {
        if (file.isPresent()) {
            try {
                return rowOf(columns, JSON.readTree(file.get().toFile()));
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("The input example {} cannot be used ({}): warming up with zeros", file.get(), e.getMessage());
            }
        }
        return columns.stream()
                .map(column -> cell(column, NullNode.getInstance()))
                .toList();
    }

    /** One prepared picture of this many numbers. */
    float[] picture(int values) {
        if (file.isPresent()) {
            try {
                return numbers(file.get(), values);
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("The input example {} cannot be used ({}): warming up with zeros", file.get(), e.getMessage());
            }
        }
        return new float[values];
    }

    /** As pandas writes it with {@code orient='split'}. */
    private static List<Tensor> rowOf(List<InputTensor> columns, JsonNode example) {
        List<String> names = new ArrayList<>();
        example.path("columns").forEach(name -> names.add(name.asText()));
        JsonNode row = example.path("data").path(0);
        List<Tensor> tensors = new ArrayList<>(columns.size());
        for (InputTensor column : columns) {
            JsonNode value = row.path(names.indexOf(column.name()));
            if (value.isMissingNode()) {
                throw new IllegalArgumentException("it lacks the column '%s'".formatted(column.name()));
            }
            tensors.add(cell(column, value));
        }
        return tensors;
    }

    private static Tensor cell(InputTensor column, JsonNode value) {
        TensorBuilder cell = new TensorBuilder(column.name(), column.declared(), 1);
        if (!value.isNull()) {
            switch (column.declared().kind()) {
                case TEXT -> cell.putText(0, value.asText());
                case BOOLEAN -> cell.putWhole(0, value.asBoolean() ? 1 : 0);
                case WHOLE -> cell.putWhole(0, value.asLong());
                case REAL -> cell.putReal(0, value.asDouble());
            }
        }
        return cell.build();
    }

    /** The first numbers of a nested array: those of its first item. */
    private static float[] numbers(Path file, int count) throws IOException {
        float[] numbers = new float[count];
        int found = 0;
        try (JsonParser parser = JSON.createParser(file.toFile())) {
            for (JsonToken token = parser.nextToken(); token != null && found < count; token = parser.nextToken()) {
                if (token.isNumeric()) {
                    numbers[found++] = parser.getFloatValue();
                }
            }
        }
        if (found < count) {
            throw new IllegalArgumentException("it has %d numbers, not %d".formatted(found, count));
        }
        return numbers;
    }
}
