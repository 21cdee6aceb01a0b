package dev.sluice.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The datatypes of tensors by the Open Inference Protocol's names: which numbers each of them holds, and how one element is read and written
 * in a little-endian buffer. Positions are in bytes.
 */
public enum Datatype {
    BOOL(1, "boolean", Kind.BOOLEAN, 1, "0 or 1") {
        @Override
        public boolean holdsReal(double number) {
            return number == 0 || number == 1;
        }

        @Override
        public boolean holdsWhole(long number) {
            return number == 0 || number == 1;
        }

        @Override
        long whole(ByteBuffer data, int at) {
            return data.get(at) == 0 ? 0 : 1;
        }

        @Override
        void putReal(ByteBuffer data, int at, double number) {
            data.put(at, (byte) (number == 0 ? 0 : 1));
        }

        @Override
        void putWhole(ByteBuffer data, int at, long number) {
            data.put(at, (byte) (number == 0 ? 0 : 1));
        }

        @Override
        JsonNode json(ByteBuffer data, int at) {
            return BooleanNode.valueOf(whole(data, at) != 0);
        }
    },
    INT32(
            8,
            "integer",
            Kind.WHOLE,
            Integer.BYTES,
            "whole numbers from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE) {
        @Override
        public boolean holdsReal(double number) {
            return (int) number == number;
        }

        @Override
        public boolean holdsWhole(long number) {
            return (int) number == number;
        }

        @Override
        long whole(ByteBuffer data, int at) {
            return data.getInt(at);
        }

        @Override
        void putReal(ByteBuffer data, int at, double number) {
            data.putInt(at, (int) number);
        }

        @Override
        void putWhole(ByteBuffer data, int at, long number) {
            data.putInt(at, (int) number);
        }

        @Override
        JsonNode json(ByteBuffer data, int at) {
            return IntNode.valueOf(data.getInt(at));
        }
    },
    INT64(9, "long", Kind.WHOLE, Long.BYTES, "whole numbers from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE) {
        @Override
        public boolean holdsReal(double number) {
            return Math.rint(number) == number && number >= -0x1p63 && number < 0x1p63;
        }

        @Override
        public boolean holdsWhole(long number) {
            return true;
        }

        @Override
        long whole(ByteBuffer data, int at) {
            return data.getLong(at);
        }

        @Override
        void putReal(ByteBuffer data, int at, double number) {
            data.putLong(at, (long) number);
        }

        @Override
        void putWhole(ByteBuffer data, int at, long number) {
            data.putLong(at, number);
        }

        @Override
        JsonNode json(ByteBuffer data, int at) {
            return LongNode.valueOf(data.getLong(at));
        }
    },
    FP32(
            11,
            "float",
            Kind.REAL,
            Float.BYTES,
            "32-bit floats, which hold numbers up to " + Float.MAX_VALUE
                    + " and whole numbers exactly up to 16777216") {
        @Override
        public boolean holdsReal(double number) {
            return Float.isFinite((float) number) || !Double.isFinite(number);
        }

        @Override
        public boolean holdsWhole(long number) {
            return significantBits(number) <= 24;
        }

        @Override
        double real(ByteBuffer data, int at) {
            return data.getFloat(at);
        }

        @Override
        void putReal(ByteBuffer data, int at, double number) {
            data.putFloat(at, (float) number);
        }

        @Override
        void putWhole(ByteBuffer data, int at, long number) {
            data.putFloat(at, (float) number);
        }

        @Override
        JsonNode json(ByteBuffer data, int at) {
            return FloatNode.valueOf(data.getFloat(at));
        }
    },
    FP64(
            12,
            "double",
            Kind.REAL,
            Double.BYTES,
            "64-bit floats, which hold whole numbers exactly up to 9007199254740992") {
        @Override
        public boolean holdsReal(double number) {
            return true;
        }

        @Override
        public boolean holdsWhole(long number) {
            return significantBits(number) <= 53;
        }

        @Override
        double real(ByteBuffer data, int at) {
            return data.getDouble(at);
        }

        @Override
        void putReal(ByteBuffer data, int at, double number) {
            data.putDouble(at, number);
        }

        @Override
        void putWhole(ByteBuffer data, int at, long number) {
            data.putDouble(at, (double) number);
        }

        @Override
        JsonNode json(ByteBuffer data, int at) {
            return DoubleNode.valueOf(data.getDouble(at));
        }
    },
    /** Each element is a 4-byte length and that many bytes of UTF-8. */
    BYTES(13, "string", Kind.TEXT, Integer.BYTES, "text") {
        @Override
        public boolean holdsReal(double number) {
            return false;
        }

        @Override
        public boolean holdsWhole(long number) {
            return false;
        }
    };

    /** What an element is to people and in JSON. */
    public enum Kind {
        BOOLEAN,
        WHOLE,
        REAL,
        TEXT
    }

    private final int code;
    private final String columnType;
    private final Kind kind;
    private final int leastBytes;
    private final String range;

    /**
     * A datatype.
     *
     * @param code in binary headers; never used for another datatype. 2 to 7 are UINT8 to UINT64, INT8 and INT16, 10 is FP16
     * @param columnType MLflow's name of it in a signature of columns
     */
    Datatype(int code, String columnType, Kind kind, int leastBytes, String range) {
        this.code = code;
        this.columnType = columnType;
        this.kind = kind;
        this.leastBytes = leastBytes;
        this.range = range;
    }

    /** @throws IllegalArgumentException for an unknown name */
    public static Datatype ofName(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("the datatype is unknown"));
    }

    /** Empty for an unknown name. */
    public static Optional<Datatype> find(String name) {
        return Arrays.stream(values())
                .filter(datatype -> datatype.name().equals(name))
                .findFirst();
    }

    /** @throws IllegalArgumentException for a type of column that cannot be served, naming it */
    public static Datatype ofColumnType(String name) {
        return Arrays.stream(values())
                .filter(datatype -> datatype.columnType.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("column type '" + name + "' cannot be served"));
    }

    /** MLflow's name of it in a signature of columns. */
    public String columnType() {
        return columnType;
    }

    /** @throws IllegalArgumentException for an unknown code */
    static Datatype ofCode(int code) {
        for (Datatype datatype : values()) {
            if (datatype.code == code) {
                return datatype;
            }
        }
        throw new IllegalArgumentException("the datatype is unknown");
    }

    /** Its number in binary headers, from 1 to 127. */
    int code() {
        return code;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the type can represent a real number, possibly rounded to its precision; NaN counts if the type has it. */
    public abstract boolean holdsReal(double number);

    /** Whether the type represents a whole number exactly. */
    public abstract boolean holdsWhole(long number);

    /** The accepted values, as text for people. */
    public String range() {
        return range;
    }

    /** The bytes of an element; of a text, those without its characters. */
    int leastBytes() {
        return leastBytes;
    }

    double real(ByteBuffer data, int at) {
        return whole(data, at);
    }

    /** Of a type of whole numbers. */
    long whole(ByteBuffer data, int at) {
        throw holdsNo("whole numbers");
    }

    void putReal(ByteBuffer data, int at, double number) {
        throw holdsNo("numbers");
    }

    void putWhole(ByteBuffer data, int at, long number) {
        throw holdsNo("numbers");
    }

    JsonNode json(ByteBuffer data, int at) {
        throw holdsNo("numbers");
    }

    private IllegalStateException holdsNo(String what) {
        return new IllegalStateException(name() + " holds no " + what);
    }

    private static int significantBits(long number) {
        return number == 0 ? 0 : 64 - Long.numberOfLeadingZeros(Math.abs(number)) - Long.numberOfTrailingZeros(number);
    }
}
