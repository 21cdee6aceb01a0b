package dev.sluice.worker.modelfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The central directory of a zip, read strictly: a file that two readers could understand in two ways is a fault. Java's own reader
 * tells neither of links nor of entries that stand there more than once, and libtorch brings a reader of its own.
 */
record ZipDirectory(List<Entry> entries) {
    private static final int FIRST_ENTRY = 0x04034b50;
    private static final int CENTRAL_ENTRY = 0x02014b50;
    private static final int CENTRAL_ENTRY_BYTES = 46;
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_BYTES = 20;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_BYTES = 56;
    private static final int MOST_BYTES = 16 << 20;
    private static final int UNIX_TYPE = 0xF000;
    private static final int UNIX_LINK = 0xA000;

    /** @param link whether it is a symbolic link to what is its content */
    record Entry(String name, boolean link) {}

    /** Where the directory lies. */
    private record Extent(long entries, long bytes, long offset) {}

    static ZipDirectory read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            if (read(channel, 0, Integer.BYTES).getInt() != FIRST_ENTRY) {
                throw new IOException("it does not begin with an entry");
            }
            Extent extent = extent(channel);
            if (extent.bytes() < 0 || extent.bytes() > MOST_BYTES || extent.offset() < 0) {
                throw new IOException("its directory is too large");
            }
            ByteBuffer directory = read(channel, extent.offset(), (int) extent.bytes());
            List<Entry> entries = new ArrayList<>();
            while (directory.hasRemaining()) {
                entries.add(entry(directory));
            }
            if (entries.size() != extent.entries()) {
                throw new IOException("its directory has another number of entries than it says");
            }
            return new ZipDirectory(entries);
        }
    }

    private static Extent extent(FileChannel channel) throws IOException {
        long endAt = channel.size() - END_BYTES;
        ByteBuffer end = read(channel, endAt, END_BYTES);
        Extent extent = new Extent(
                Short.toUnsignedInt(end.getShort(10)),
                Integer.toUnsignedLong(end.getInt(12)),
                Integer.toUnsignedLong(end.getInt(16)));
        if (end.getInt(0) != END || end.getShort(20) != 0) {
            throw new IOException("it does not end with its directory");
        }
        long locatorAt = endAt - LOCATOR_64_BYTES;
        if (locatorAt < 0) {
            return extent;
        }
        ByteBuffer locator = read(channel, locatorAt, LOCATOR_64_BYTES);
        if (locator.getInt(0) != LOCATOR_64) {
            return extent;
        }
        ByteBuffer large = read(channel, locator.getLong(8), END_64_BYTES);
        Extent extent64 = new Extent(large.getLong(32), large.getLong(40), large.getLong(48));
        if (large.getInt(0) != END_64
                || differ(extent.entries(), extent64.entries(), 0xFFFF)
                || differ(extent.bytes(), extent64.bytes(), 0xFFFF_FFFFL)
                || differ(extent.offset(), extent64.offset(), 0xFFFF_FFFFL)) {
            throw new IOException("it has two different directories");
        }
        return extent64;
    }

    /** @param full what stands in the small field when the large one counts */
    private static boolean differ(long small, long large, long full) {
        return small != large && small != full;
    }

    private static Entry entry(ByteBuffer directory) throws IOException {
        int at = directory.position();
        if (directory.remaining() < CENTRAL_ENTRY_BYTES || directory.getInt(at) != CENTRAL_ENTRY) {
            throw new IOException("its directory is damaged");
        }
        int mode = directory.getInt(at + 38) >>> 16;
        int nameBytes = Short.toUnsignedInt(directory.getShort(at + 28));
        int restBytes =
                Short.toUnsignedInt(directory.getShort(at + 30)) + Short.toUnsignedInt(directory.getShort(at + 32));
        if (directory.remaining() < CENTRAL_ENTRY_BYTES + nameBytes + restBytes) {
            throw new IOException("its directory is damaged");
        }
        byte[] name = new byte[nameBytes];
        directory.get(at + CENTRAL_ENTRY_BYTES, name);
        directory.position(at + CENTRAL_ENTRY_BYTES + nameBytes + restBytes);
        return new Entry(new String(name, StandardCharsets.UTF_8), (mode & UNIX_TYPE) == UNIX_LINK);
    }

    private static ByteBuffer read(FileChannel channel, long offset, int bytes) throws IOException {
        if (offset < 0 || offset > channel.size() - bytes) {
            throw new IOException("it is cut off");
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("it is cut off");
            }
        }
        return buffer.flip();
    }
}
