package dev.sluice.tensor;

/** The datatypes of tensors by the Open Inference Protocol's names, and which numbers each of them holds. */
public enum Datatype {
    BOOL("0 or 1") {
        @Override
        public boolean holdsReal(double number) {
            return number == 0 || number == 1;
        }

        @Override
        public boolean holdsWhole(long number) {
            return number == 0 || number == 1;
        }
    },
    INT32("whole numbers from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE) {
        @Override
        public boolean holdsReal(double number) {
            return (int) number == number;
        }

        @Override
        public boolean holdsWhole(long number) {
            return (int) number == number;
        }
    },
    INT64("whole numbers from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE) {
        @Override
        public boolean holdsReal(double number) {
            return Math.rint(number) == number && number >= -0x1p63 && number < 0x1p63;
        }

        @Override
        public boolean holdsWhole(long number) {
            return true;
        }
    },
    FP32("32-bit floats, which hold numbers up to " + Float.MAX_VALUE + " and whole numbers exactly up to 16777216") {
        @Override
        public boolean holdsReal(double number) {
            return Float.isFinite((float) number) || !Double.isFinite(number);
        }

        @Override
        public boolean holdsWhole(long number) {
            return significantBits(number) <= 24;
        }
    },
    FP64("64-bit floats, which hold whole numbers exactly up to 9007199254740992") {
        @Override
        public boolean holdsReal(double number) {
            return true;
        }

        @Override
        public boolean holdsWhole(long number) {
            return significantBits(number) <= 53;
        }
    },
    BYTES("text") {
        @Override
        public boolean holdsReal(double number) {
            return false;
        }

        @Override
        public boolean holdsWhole(long number) {
            return false;
        }
    };

    private final String range;

    Datatype(String range) {
        this.range = range;
    }

    /** Whether the type can represent a real number, possibly rounded to its precision; NaN counts if the type has it. */
    public abstract boolean holdsReal(double number);

    /** Whether the type represents a whole number exactly. */
    public abstract boolean holdsWhole(long number);

    /** The accepted values, as text for people. */
    public String range() {
        return range;
    }

    private static int significantBits(long number) {
        return number == 0 ? 0 : 64 - Long.numberOfLeadingZeros(Math.abs(number)) - Long.numberOfTrailingZeros(number);
    }
}
