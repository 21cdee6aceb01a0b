package dev.sluice.frontend.body;

import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import java.util.List;

/** What a request brings for a model, validated against the model's signature. */
public sealed interface ModelInput {

    /** How many answers are asked for. */
    int items();

    /**
     * Typed columns of equal length, in the order of the signature.
     *
     * @param ignored names of the columns that the model does not have, some of them where there are many
     */
    record RowInput(List<Tensor> columns, List<String> ignored) implements ModelInput {
        public RowInput {
            columns = List.copyOf(columns);
            ignored = List.copyOf(ignored);
        }

        @Override
        public int items() {
            return Rows.count(columns);
        }
    }

    /** Encoded pictures as the client sent them. */
    record PictureInput(List<byte[]> pictures) implements ModelInput {
        public PictureInput {
            pictures = List.copyOf(pictures);
        }

        @Override
        public int items() {
            return pictures.size();
        }
    }
}
