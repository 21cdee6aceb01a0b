package dev.sluice.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The first directory of a TIFF or BigTIFF file, or of an EXIF block, which has the same form. If an entry is repeated, the last one
 * counts; entries of an unknown type, and those whose values lie beyond the end, are skipped.
 */
public final class TiffDirectory {
    public static final int ORIENTATION = 274;

    private static final int CLASSIC = 42;
    private static final int BIG = 43;
    private static final short SHORT = 3;
    private static final short LONG = 4;
    private static final short LONG8 = 16;
    private static final short UPRIGHT = 1;

    private final ByteBuffer bytes;
    private final boolean big;
    private final Map<Integer, Entry> entries = new HashMap<>();
    private final List<Integer> orientations = new ArrayList<>();

    /** The values of one tag: their number, the position of the first, and whether the tag is duplicated. */
    private record Entry(TiffType type, int count, int at, boolean repeated) {
        Entry again() {
            return new Entry(type, count, at, true);
        }
    }

    private TiffDirectory(ByteBuffer bytes, boolean big) {
        this.bytes = bytes;
        this.big = big;
    }

    /** Empty when the bytes do not begin like a TIFF file, or the directory lies beyond their end. Reads from the buffer's position. */
    public static Optional<TiffDirectory> read(ByteBuffer tiff) {
        ByteBuffer bytes = tiff.slice();
        try {
            int order = bytes.getShort(0);
            if (order != 0x4949 && order != 0x4D4D) {
                return Optional.empty();
            }
            bytes.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            int version = bytes.getShort(2);
            if (version != CLASSIC && version != BIG) {
                return Optional.empty();
            }
            TiffDirectory directory = new TiffDirectory(bytes, version == BIG);
            directory.readEntries();
            return Optional.of(directory);
        } catch (IndexOutOfBoundsException endsTooEarly) {
            return Optional.empty();
        }
    }

    /** Whether the file is a BigTIFF. */
    public boolean isBig() {
        return big;
    }

    public ByteOrder order() {
        return bytes.order();
    }

    public boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** Whether readers may disagree on the value: the tag occurs more than once. */
    public boolean isRepeated(int tag) {
        Entry entry = entries.get(tag);
        return entry != null && entry.repeated;
    }

    /** The tag's value when it is exactly one number, of whatever type. */
    public OptionalDouble number(int tag) {
        Entry entry = entries.get(tag);
        return entry == null || entry.count != 1 ? OptionalDouble.empty() : entry.type.number(bytes, entry.at);
    }

    /** All values of the tag; empty when it is absent or not made of numbers. */
    public double[] numbers(int tag) {
        Entry entry = entries.get(tag);
        if (entry == null || !entry.type.isNumber()) {
            return new double[0];
        }
        double[] numbers = new double[entry.count];
        for (int i = 0; i < entry.count; i++) {
            numbers[i] =
                    entry.type.number(bytes, entry.at + i * entry.type.size()).orElse(0);
        }
        return numbers;
    }

    /** The tag's values as they are stored; empty when it is absent. */
    public Optional<ByteBuffer> content(int tag) {
        return Optional.ofNullable(entries.get(tag))
                .map(entry ->
                        bytes.slice(entry.at, entry.count * entry.type.size()).order(bytes.order()));
    }

    /** The value of a size: a single unsigned integer stored in the entry itself; -1 if it has another form. */
    int size(int tag) {
        Entry entry = entries.get(tag);
        boolean plain = entry != null && !entry.repeated && entry.count == 1 && entry.type.isUnsigned();
        double value = plain ? number(tag).orElse(-1) : -1;
        return value <= Integer.MAX_VALUE ? (int) value : -1;
    }

    /** A copy of the file without an orientation. */
    public byte[] upright(byte[] file) {
        byte[] upright = file.clone();
        ByteBuffer copy = ByteBuffer.wrap(upright).order(bytes.order());
        for (int at : orientations) {
            copy.putShort(at + 2, SHORT);
            if (big) {
                copy.putLong(at + 4, 1).putLong(at + 12, 0).putShort(at + 12, UPRIGHT);
            } else {
                copy.putInt(at + 4, 1).putInt(at + 8, 0).putShort(at + 8, UPRIGHT);
            }
        }
        return upright;
    }

    /** A copy of the file with a new directory of integers by tag at its end, as its only directory. */
    public byte[] appended(byte[] file, Map<Integer, long[]> tags) {
        int number = big ? Long.BYTES : Integer.BYTES;
        int start = file.length + (file.length & 1);
        int head = start + (big ? 8 : 2);
        int behind = head + tags.size() * (4 + 2 * number) + number;
        int values = tags.values().stream().mapToInt(each -> each.length).sum();
        ByteBuffer copy = ByteBuffer.allocate(behind + values * number).order(bytes.order());
        copy.put(0, file);
        put(copy, big ? 8 : 4, start);
        if (big) {
            copy.putLong(start, tags.size());
        } else {
            copy.putShort(start, (short) tags.size());
        }
        int entry = head;
        for (Map.Entry<Integer, long[]> tag : new TreeMap<>(tags).entrySet()) {
            long[] numbers = tag.getValue();
            copy.putShort(entry, tag.getKey().shortValue()).putShort(entry + 2, big ? LONG8 : LONG);
            put(copy, entry + 4, numbers.length);
            int to = entry + 4 + number;
            if (numbers.length != 1) {
                put(copy, to, behind);
                to = behind;
                behind += numbers.length * number;
            }
            for (int i = 0; i < numbers.length; i++) {
                put(copy, to + i * number, numbers[i]);
            }
            entry += 4 + 2 * number;
        }
        return copy.array();
    }

    private void put(ByteBuffer copy, int at, long number) {
        if (big) {
            copy.putLong(at, number);
        } else {
            copy.putInt(at, (int) number);
        }
    }

    private void readEntries() {
        int directory = offset(big ? 8 : 4);
        long count = big ? bytes.getLong(directory) : bytes.getShort(directory) & 0xFFFF;
        int length = big ? 20 : 12;
        int at = directory + (big ? 8 : 2);
        for (long i = 0; i < count && at + length <= bytes.limit(); i++, at += length) {
            readEntry(at);
        }
    }

    private void readEntry(int at) {
        int tag = bytes.getShort(at) & 0xFFFF;
        if (tag == ORIENTATION) {
            orientations.add(at);
        }
        TiffType type = TiffType.of(bytes.getShort(at + 2));
        long count = big ? bytes.getLong(at + 4) : bytes.getInt(at + 4) & 0xFFFFFFFFL;
        if (type == null || count < 1 || count > bytes.limit()) {
            entries.computeIfPresent(tag, (_, known) -> known.again());
            return;
        }
        long length = count * type.size();
        int inline = at + (big ? 12 : 8);
        long values = length <= (big ? 8 : 4) ? inline : pointer(inline);
        if (values >= 0 && values <= bytes.limit() - length) {
            entries.put(tag, new Entry(type, (int) count, (int) values, entries.containsKey(tag)));
        } else {
            entries.computeIfPresent(tag, (_, known) -> known.again());
        }
    }

    private long pointer(int at) {
        return big ? bytes.getLong(at) : bytes.getInt(at) & 0xFFFFFFFFL;
    }

    /** @throws IndexOutOfBoundsException when it points beyond the end */
    private int offset(int at) {
        return Objects.checkIndex((int) Math.min(pointer(at) & Long.MAX_VALUE, Integer.MAX_VALUE), bytes.limit());
    }
}
