package dev.sluice.worker.inference;

import dev.sluice.job.Failure;
import dev.sluice.job.ItemResults;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What of a batch can be inferred, as inputs of the engine, and the way back from its answers to every item's place. */
record ItemBatch(PreparedItems items, List<InputSpec> specs) {

    /** None when no item can be inferred. */
    List<EngineInput> inputs() {
        List<PreparedItems.BoundRows> rows = partsOf(PreparedItems.BoundRows.class);
        List<PreparedItems.Picture> pictures = partsOf(PreparedItems.Picture.class);
        if (!pictures.isEmpty()) {
            return List.of(new EngineInput.Tensors(
                    specs.getFirst(),
                    pictures.stream().map(PreparedItems.Picture::tensor).toList()));
        }
        return rows.isEmpty() ? List.of() : joined(rows);
    }

    /** @param inferred the results of the items that could be inferred, in their order */
    ItemResults.Tensors inPlace(ItemResults.Tensors inferred) {
        SortedMap<Integer, Failure> failures = new TreeMap<>();
        int place = 0;
        int next = 0;
        for (PreparedItems.Part part : items.parts()) {
            for (int i = 0; i < part.size(); i++) {
                Optional<Failure> failure = part instanceof PreparedItems.Failed failed
                        ? Optional.of(failed.why())
                        : inferred.failure(next++);
                int item = place++;
                failure.ifPresent(why -> failures.put(item, why));
            }
        }
        return new ItemResults.Tensors(items.size(), failures, inferred.outputs());
    }

    private <P extends PreparedItems.Part> List<P> partsOf(Class<P> kind) {
        return items.parts().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private List<EngineInput> joined(List<PreparedItems.BoundRows> parts) {
        int rows = parts.stream().mapToInt(PreparedItems.Part::size).sum();
        List<Tensor> tensors =
                Rows.join(parts.stream().map(PreparedItems.BoundRows::inputs).toList());
        List<EngineInput> inputs = new ArrayList<>(specs.size());
        for (int i = 0; i < specs.size(); i++) {
            inputs.add(new EngineInput.Columns(specs.get(i), rows, tensors.get(i)));
        }
        return inputs;
    }
}
