package dev.sluice.picture;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The type of a TIFF entry's values, by its code. */
enum TiffType {
    BYTE(1, 1),
    ASCII(2, 1),
    SHORT(3, 2),
    LONG(4, 4),
    RATIONAL(5, 8),
    SBYTE(6, 1),
    UNDEFINED(7, 1),
    SSHORT(8, 2),
    SLONG(9, 4),
    SRATIONAL(10, 8),
    FLOAT(11, 4),
    DOUBLE(12, 8),
    IFD(13, 4),
    LONG8(16, 8),
    SLONG8(17, 8),
    IFD8(18, 8);

    private static final Map<Integer, TiffType> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(type -> type.code, type -> type));

    private final int code;
    private final int size;

    TiffType(int code, int size) {
        this.code = code;
        this.size = size;
    }

    /** Null when there is no such type. */
    static @Nullable TiffType of(int code) {
        return BY_CODE.get(code);
    }

    int size() {
        return size;
    }

    /** Pillow, and therefore training, treats single bytes as text. */
    boolean isNumber() {
        return this != BYTE && this != ASCII && this != UNDEFINED;
    }

    boolean isUnsigned() {
        return this == SHORT || this == LONG || this == LONG8;
    }

    OptionalDouble number(ByteBuffer bytes, int at) {
        return switch (this) {
            case SHORT -> OptionalDouble.of(bytes.getShort(at) & 0xFFFF);
            case LONG, IFD -> OptionalDouble.of(unsigned(bytes, at));
            case SBYTE -> OptionalDouble.of(bytes.get(at));
            case SSHORT -> OptionalDouble.of(bytes.getShort(at));
            case SLONG -> OptionalDouble.of(bytes.getInt(at));
            case LONG8, SLONG8, IFD8 -> OptionalDouble.of((double) bytes.getLong(at));
            case RATIONAL -> OptionalDouble.of(unsigned(bytes, at) / unsigned(bytes, at + 4));
            case SRATIONAL -> OptionalDouble.of((double) bytes.getInt(at) / bytes.getInt(at + 4));
            case FLOAT -> OptionalDouble.of(bytes.getFloat(at));
            case DOUBLE -> OptionalDouble.of(bytes.getDouble(at));
            case BYTE, ASCII, UNDEFINED -> OptionalDouble.empty();
        };
    }

    private static double unsigned(ByteBuffer bytes, int at) {
        return (double) (bytes.getInt(at) & 0xFFFFFFFFL);
    }
}
