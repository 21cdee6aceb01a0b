package dev.sluice.worker.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.chaos.ProcessMemory;
import dev.sluice.job.Failure;
import dev.sluice.picture.PictureFormat;
import dev.sluice.picture.PixelBombs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that would become large pictures, or much work, are refused before anything is decoded. */
class PixelBombTest {
    private static final long MAX_PIXELS = 50_000_000;
    private static final int TIMES = 200;
    private static final long WIDE_BOUND = 300L << 20;

    @TempDir
    static Path natives;

    private static ImageDecoder decoder;

    @BeforeAll
    static void loadOpenCv() {
        decoder = new ImageDecoder(natives, MAX_PIXELS);
    }

    @Test
    void twoHundredBombsOfEachFormatAreRefusedAndNeedNoMemory() throws IOException {
        List<byte[]> bombs = PixelBombs.ofEachFormat();
        assertEquals(PictureFormat.values().length, bombs.size());
        for (byte[] bomb : bombs) {
            assertEquals(Failure.Kind.TOO_MANY_PIXELS, refusal(bomb).kind());
        }
        OptionalLong before = peak();
        for (int i = 0; i < TIMES; i++) {
            bombs.forEach(PixelBombTest::refusal);
        }
        requireFlat("bombs", before);
    }

    @Test
    void aJpegThatHidesItsSizeFromTheHeadersReaderIsRefused() throws IOException {
        OptionalLong before = peak();
        assertEquals(
                Failure.Kind.UNDECODABLE_PICTURE,
                refusal(PixelBombs.jpegHidingItsSize(20_000)).kind());
        requireFlat("hidden size", before);
    }

    @Test
    void aJpegThatWouldBeGoneOverAThousandTimesIsRefused() throws IOException {
        byte[] progressive = Files.readAllBytes(Path.of("..", "training", "samples", "progressive.jpg"));
        int lastScan = progressive.length;
        do {
            lastScan--;
        } while ((progressive[lastScan] & 0xFF) != 0xFF || (progressive[lastScan + 1] & 0xFF) != 0xDA);
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(progressive, 0, lastScan);
        for (int i = 0; i < 1_000; i++) {
            bomb.write(progressive, lastScan, progressive.length - 2 - lastScan);
        }
        bomb.write(progressive, progressive.length - 2, 2);
        assertTrue(refusal(bomb.toByteArray()).detail().contains("scans"));
    }

    private static void requireFlat(String what, OptionalLong before) {
        long grown = peak().orElse(0) - before.orElse(0);
        System.out.printf("S1 %s: the process's most memory grew by %d MB%n", what, grown >> 20);
        assertTrue(grown < WIDE_BOUND, "grown by " + grown);
    }

    private static OptionalLong peak() {
        return ProcessMemory.peakOf(ProcessHandle.current().pid());
    }

    private static Failure refusal(byte[] picture) {
        PicturePreparation preparation = new PicturePreparation(8, 8, null, Background.WHITE, Normalization.NONE);
        return assertThrows(PictureRefusedException.class, () -> preparation.prepare(picture, decoder))
                .failure();
    }
}
