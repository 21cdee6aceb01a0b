package dev.sluice.tensor;

/** One named column of rows: shape {@code [rows]}. */
public record Tensor(String name, Values values) {
    public int rows() {
        return values.count();
    }
}
