package dev.sluice.job;

import dev.sluice.tensor.Rows;
import dev.sluice.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of each item of a job, in the order of its payload. */
public sealed interface ItemResults {
    int size();

    /** Why an item has no answer; empty if it has one. */
    Optional<Failure> failure(int item);

    boolean hasFailures();

    /** Items {@code from} (inclusive) to {@code to} (exclusive). */
    ItemResults slice(int from, int to);

    /** Answers that the worker has written, as up to schema 1. */
    record Lines(List<ItemResult> items) implements ItemResults {
        public Lines {
            items = List.copyOf(items);
        }

        @Override
        public int size() {
            return items.size();
        }

        @Override
        public Optional<Failure> failure(int item) {
            return items.get(item) instanceof ItemResult.Failed(Failure failure)
                    ? Optional.of(failure)
                    : Optional.empty();
        }

        @Override
        public boolean hasFailures() {
            return items.stream().anyMatch(ItemResult.Failed.class::isInstance);
        }

        @Override
        public Lines slice(int from, int to) {
            return new Lines(items.subList(from, to));
        }
    }

    /**
     * Output tensors of the items that have an answer.
     *
     * @param failures of the others, by place
     * @param outputs their first axis counts the items without a failure; none if no item has an answer
     */
    record Tensors(int size, SortedMap<Integer, Failure> failures, List<Tensor> outputs) implements ItemResults {
        /** @throws IllegalArgumentException when failures and outputs do not fit the size */
        public Tensors {
            outputs = List.copyOf(outputs);
            int answered = size - failures.size();
            boolean failuresFit = failures.isEmpty() || (failures.firstKey() >= 0 && failures.lastKey() < size);
            boolean answersAreThere = answered == 0 || !outputs.isEmpty();
            if (!failuresFit || !answersAreThere || outputs.stream().anyMatch(output -> output.rows() != answered)) {
                throw new IllegalArgumentException("failures and outputs do not add up to %d items".formatted(size));
            }
        }

        /** Items that all have an answer. */
        public static Tensors of(int size, List<Tensor> outputs) {
            return new Tensors(size, new TreeMap<>(), outputs);
        }

        /** Items of which none has an answer, for the same reason. */
        public static Tensors failed(int size, Failure why) {
            SortedMap<Integer, Failure> failures = new TreeMap<>();
            for (int item = 0; item < size; item++) {
                failures.put(item, why);
            }
            return new Tensors(size, failures, List.of());
        }

        /** All of them in this order. */
        public static Tensors join(List<Tensors> parts) {
            if (parts.size() == 1) {
                return parts.getFirst();
            }
            SortedMap<Integer, Failure> failures = new TreeMap<>();
            List<List<Tensor>> outputs = new ArrayList<>();
            int size = 0;
            for (Tensors part : parts) {
                int start = size;
                part.failures.forEach((item, why) -> failures.put(start + item, why));
                size += part.size;
                if (!part.outputs.isEmpty()) {
                    outputs.add(part.outputs);
                }
            }
            return new Tensors(size, failures, outputs.isEmpty() ? List.of() : Rows.join(outputs));
        }

        @Override
        public Optional<Failure> failure(int item) {
            return failures.isEmpty() ? Optional.empty() : Optional.ofNullable(failures.get(item));
        }

        @Override
        public boolean hasFailures() {
            return !failures.isEmpty();
        }

        /** The place of an item without a failure in the outputs. */
        public int row(int item) {
            return failures.isEmpty() ? item : item - failures.headMap(item).size();
        }

        @Override
        public Tensors slice(int from, int to) {
            if (from == 0 && to == size) {
                return this;
            }
            SortedMap<Integer, Failure> inside = new TreeMap<>();
            failures.subMap(from, to).forEach((item, why) -> inside.put(item - from, why));
            boolean isAnyAnswered = inside.size() < to - from;
            return new Tensors(to - from, inside, isAnyAnswered ? Rows.slice(outputs, row(from), row(to)) : List.of());
        }
    }
}
