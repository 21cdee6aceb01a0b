package dev.sluice.worker.inference;

import dev.sluice.job.Failure;
import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Decoded items in their order, ready for one model; an item that could not be decoded keeps its place as a failure. */
public final class PreparedItems {
    private final List<Part> parts;
    private final int size;

    private PreparedItems(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.size = parts.stream().mapToInt(Part::size).sum();
    }

    /** Items that stand together. */
    sealed interface Part {
        int size();

        Part slice(int from, int to);
    }

    /** Rows bound to the model's inputs: one item of each tensor for each row. */
    record BoundRows(int size, List<Tensor> inputs) implements Part {
        BoundRows {
            inputs = List.copyOf(inputs);
        }

        @Override
        public BoundRows slice(int from, int to) {
            return new BoundRows(to - from, Rows.slice(inputs, from, to));
        }
    }

    /** One picture: channels × height × width. */
    record Picture(ItemTensor tensor) implements Part {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public Picture slice(int from, int to) {
            return this;
        }
    }

    /** Items that cannot be inferred. */
    record Failed(int size, Failure why) implements Part {
        @Override
        public Failed slice(int from, int to) {
            return new Failed(to - from, why);
        }
    }

    /** @param inputs of the model, each with one item for each row */
    public static PreparedItems rows(int rows, List<Tensor> inputs) {
        return of(List.of(new BoundRows(rows, inputs)));
    }

    static PreparedItems of(List<? extends Part> parts) {
        return new PreparedItems(List.copyOf(parts));
    }

    public static PreparedItems failed(int items, Failure why) {
        return new PreparedItems(List.of(new Failed(items, why)));
    }

    /** All of them in this order, as one batch. */
    public static PreparedItems join(List<PreparedItems> batches) {
        return batches.size() == 1
                ? batches.getFirst()
                : new PreparedItems(
                        batches.stream().flatMap(items -> items.parts.stream()).toList());
    }

    public int size() {
        return size;
    }

    /** Items {@code from} (inclusive) to {@code to} (exclusive). */
    public PreparedItems slice(int from, int to) {
        if (from == 0 && to == size) {
            return this;
        }
        List<Part> inside = new ArrayList<>();
        int start = 0;
        for (Part part : parts) {
            int first = Math.max(from, start) - start;
            int last = Math.min(to, start + part.size()) - start;
            if (first < last) {
                inside.add(first == 0 && last == part.size() ? part : part.slice(first, last));
            }
            start += part.size();
        }
        return new PreparedItems(inside);
    }

    List<Part> parts() {
        return parts;
    }
}
