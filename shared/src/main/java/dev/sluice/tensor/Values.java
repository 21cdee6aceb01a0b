package dev.sluice.tensor;

/** The values of a tensor in row-major order, in the narrowest Java array that holds its datatype. */
public sealed interface Values {
    int count();

    Datatype datatype();

    record Fp32(float[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public Datatype datatype() {
            return Datatype.FP32;
        }
    }

    record Fp64(double[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public Datatype datatype() {
            return Datatype.FP64;
        }
    }

    record Int32(int[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public Datatype datatype() {
            return Datatype.INT32;
        }
    }

    record Int64(long[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public Datatype datatype() {
            return Datatype.INT64;
        }
    }

    record Bool(boolean[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public Datatype datatype() {
            return Datatype.BOOL;
        }
    }

    record Text(String[] values) implements Values {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public Datatype datatype() {
            return Datatype.BYTES;
        }
    }
}
