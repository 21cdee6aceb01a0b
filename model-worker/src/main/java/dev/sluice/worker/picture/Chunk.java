package dev.sluice.worker.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A named part of a PNG or WebP file.
 *
 * @param name four letters, the first in the highest byte
 * @param start where the chunk begins, with its name and length
 * @param content where its content begins
 * @param length of the content, no more than the file has
 * @param end where the next one begins, or the file ends
 */
record Chunk(int name, int start, int content, int length, int end) {
    private static final int PNG_SIGNATURE = 8;
    private static final int RIFF_HEADER = 12;
    private static final int HEAD = 8;
    private static final int CHECKSUM = 4;

    /** Length, name, content, checksum. */
    static List<Chunk> ofPng(byte[] png) {
        ByteBuffer bytes = ByteBuffer.wrap(png);
        List<Chunk> chunks = new ArrayList<>();
        for (int at = PNG_SIGNATURE; at + HEAD <= png.length; at = chunks.getLast().end) {
            chunks.add(of(bytes.getInt(at + 4), at, bytes.getInt(at), CHECKSUM, png.length));
        }
        return chunks;
    }

    /** Of the whole file. */
    static List<Chunk> ofWebp(byte[] webp) {
        return ofRiff(webp, RIFF_HEADER, webp.length);
    }

    /** Name, length, content, padded to even. */
    static List<Chunk> ofRiff(byte[] riff, int start, int end) {
        ByteBuffer names = ByteBuffer.wrap(riff);
        ByteBuffer lengths = ByteBuffer.wrap(riff).order(ByteOrder.LITTLE_ENDIAN);
        List<Chunk> chunks = new ArrayList<>();
        for (int at = start; at + HEAD <= end; at = chunks.getLast().end) {
            int length = lengths.getInt(at + 4);
            chunks.add(of(names.getInt(at), at, length, length & 1, end));
        }
        return chunks;
    }

    byte[] contentOf(byte[] file) {
        return Arrays.copyOfRange(file, content, content + length);
    }

    private static Chunk of(int name, int start, int length, int behind, int limit) {
        int content = start + HEAD;
        int there = length < 0 ? limit - content : Math.min(length, limit - content);
        return new Chunk(name, start, content, there, Math.min(content + there + behind, limit));
    }
}
