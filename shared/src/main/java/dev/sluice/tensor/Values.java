package dev.sluice.tensor;

/** The values of a tensor in row-major order, in the narrowest Java array that holds its datatype. */
public sealed interface Values {
    int count();

    record Fp32(float[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }
    }

    record Fp64(double[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }
    }

    record Int32(int[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }
    }

    record Int64(long[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }
    }

    record Bool(boolean[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }
    }

    record Text(String[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }
    }
}
