package dev.sluice.worker.inference;

import dev.sluice.tensor.Tensor;
import java.util.List;

/** One input of the engine for a batch, item after item. */
sealed interface EngineInput {
    InputSpec spec();

    int items();

    /** Values that stand side by side already. */
    record Columns(InputSpec spec, int items, Tensor values) implements EngineInput {}

    /** Items that write themselves; the input takes 32-bit floats. */
    record Tensors(InputSpec spec, List<ItemTensor> tensors) implements EngineInput {
        @Override
        public int items() {
            return tensors.size();
        }
    }
}
