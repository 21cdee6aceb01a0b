package dev.sluice.picture;

import java.nio.ByteBuffer;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The type of a TIFF entry's values, in the order of its code from 1. */
enum TiffType {
    BYTE(1),
    ASCII(1),
    SHORT(2),
    LONG(4),
    RATIONAL(8),
    SBYTE(1),
    UNDEFINED(1),
    SSHORT(2),
    SLONG(4),
    SRATIONAL(8),
    FLOAT(4),
    DOUBLE(8),
    IFD(4),
    LONG8(8),
    SLONG8(8),
    IFD8(8);

    /** 14 and 15 are not assigned. */
    private static final int FIRST_OF_BIG_TIFF = 16;

    private final int size;

    TiffType(int size) {
        this.size = size;
    }

    /** Null when there is no such type. */
    static @Nullable TiffType of(int code) {
        int place = code < FIRST_OF_BIG_TIFF ? code - 1 : code - 3;
        boolean known = code >= 1 && place < values().length && !(code > IFD.ordinal() + 1 && code < FIRST_OF_BIG_TIFF);
        return known ? values()[place] : null;
    }

    int size() {
        return size;
    }

    /** Pillow, and with it what models are trained on, takes single bytes for text. */
    boolean isNumber() {
        return this != BYTE && this != ASCII && this != UNDEFINED;
    }

    boolean isUnsigned() {
        return this == SHORT || this == LONG || this == LONG8;
    }

    OptionalDouble number(ByteBuffer bytes, int at) {
        return switch (this) {
            case SHORT -> OptionalDouble.of(bytes.getShort(at) & 0xFFFF);
            case LONG, IFD -> OptionalDouble.of(bytes.getInt(at) & 0xFFFFFFFFL);
            case SBYTE -> OptionalDouble.of(bytes.get(at));
            case SSHORT -> OptionalDouble.of(bytes.getShort(at));
            case SLONG -> OptionalDouble.of(bytes.getInt(at));
            case LONG8, SLONG8, IFD8 -> OptionalDouble.of(bytes.getLong(at));
            case RATIONAL ->
                OptionalDouble.of((double) (bytes.getInt(at) & 0xFFFFFFFFL) / (bytes.getInt(at + 4) & 0xFFFFFFFFL));
            case SRATIONAL -> OptionalDouble.of((double) bytes.getInt(at) / bytes.getInt(at + 4));
            case FLOAT -> OptionalDouble.of(bytes.getFloat(at));
            case DOUBLE -> OptionalDouble.of(bytes.getDouble(at));
            case BYTE, ASCII, UNDEFINED -> OptionalDouble.empty();
        };
    }
}
