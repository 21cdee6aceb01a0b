package dev.sluice.worker.inference;

import dev.sluice.job.ItemResult;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

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

    /** @param inferred one result for each item that could be inferred, in their order */
    List<ItemResult> inPlace(List<ItemResult> inferred) {
        Iterator<ItemResult> next = inferred.iterator();
        List<ItemResult> results = new ArrayList<>(items.size());
        for (PreparedItems.Part part : items.parts()) {
            for (int i = 0; i < part.size(); i++) {
                results.add(
                        switch (part) {
                            case PreparedItems.Failed failed -> new ItemResult.Failed(failed.why());
                            case PreparedItems.BoundRows _, PreparedItems.Picture _ -> next.next();
                        });
            }
        }
        return results;
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
