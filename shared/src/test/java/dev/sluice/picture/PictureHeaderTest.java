package dev.sluice.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureHeaderTest {

    @ParameterizedTest
    @EnumSource(
            value = PictureFormat.class,
            names = {"WEBP"},
            mode = EnumSource.Mode.EXCLUDE)
    void readsFormatAndSizeOfARealPicture(PictureFormat format) throws IOException {
        assertEquals(Optional.of(new PictureHeader(format, 37, 21)), PictureHeader.read(picture(format, 37, 21)));
    }

    @ParameterizedTest
    @EnumSource(
            value = PictureFormat.class,
            names = {"WEBP"},
            mode = EnumSource.Mode.EXCLUDE)
    void aPictureCutAnywhereIsNeverAnError(PictureFormat format) throws IOException {
        byte[] picture = picture(format, 37, 21);
        for (int length = 0; length < picture.length; length++) {
            Optional<PictureHeader> header = PictureHeader.read(Arrays.copyOf(picture, length));
            header.ifPresent(found -> assertEquals(37, found.width()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lossy,    52494646000000005745425056503820000000003001009D012A26027001",
        "lossless, 5249464600000000574542505650384C000000002F25C25B00",
        "extended, 524946460000000057454250565038580A000000100000002502006F0100"
    })
    void readsEachKindOfWebP(String kind, String hex) {
        PictureHeader header =
                PictureHeader.read(HexFormat.of().parseHex(hex)).orElseThrow(() -> new AssertionError(kind));
        assertEquals(new PictureHeader(PictureFormat.WEBP, 550, 368), header);
    }

    @Test
    void aBombIsSeenWithoutDecodingIt() {
        byte[] bomb = HexFormat.of().parseHex("89504E470D0A1A0A0000000D494844520000C3500000C3500802000000");
        assertEquals(2_500_000_000L, PictureHeader.read(bomb).orElseThrow().pixels());
    }

    @ParameterizedTest
    @EnumSource
    void theBombOfEachFormatIsSeen(PictureFormat format) {
        PictureHeader header = PictureHeader.read(PixelBombs.of(format)).orElseThrow();
        assertEquals(format, header.format());
        assertTrue(header.pixels() > 200_000_000, header.toString());
    }

    /** libtiff takes the first of two, and reads eight bytes behind an offset. */
    @Test
    void aTiffThatCouldBeReadInTwoWaysIsNotRead() {
        assertTrue(PictureHeader.read(PixelBombs.tiff(new int[][] {{256, 4, 8}, {257, 4, 8}}))
                .isPresent());
        assertEquals(Optional.empty(), PictureHeader.read(PixelBombs.tiff(new int[][] {
            {256, 4, 50_000}, {256, 4, 8}, {257, 4, 8}
        })));
        assertEquals(Optional.empty(), PictureHeader.read(PixelBombs.tiff(new int[][] {{256, 16, 200}, {257, 4, 8}})));
    }

    /** libjpeg skips what is no marker; then the frame behind it is the one that it decodes. */
    @ParameterizedTest
    @ValueSource(strings = {"00000000", "6A756E6B", "FFFFFF", "FF00FF00", "FFD0"})
    void aJpegMayHaveStrayBytesBeforeAnySegment(String stray) throws IOException {
        byte[] jpeg = picture(PictureFormat.JPEG, 37, 21);
        int behindStart = 2;
        byte[] junk = HexFormat.of().parseHex(stray);
        byte[] odd = Arrays.copyOf(jpeg, jpeg.length + junk.length);
        System.arraycopy(junk, 0, odd, behindStart, junk.length);
        System.arraycopy(jpeg, behindStart, odd, behindStart + junk.length, jpeg.length - behindStart);
        assertEquals(Optional.of(new PictureHeader(PictureFormat.JPEG, 37, 21)), PictureHeader.read(odd));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "49492B00 08000000 1000000000000000 0200000000000000"
                        + " 0001 0300 0100000000000000 2500000000000000 0101 1000 0100000000000000 1500000000000000",
                "4D4D002B 00080000 0000000000000010 0000000000000002"
                        + " 0100 0003 0000000000000001 0025000000000000 0101 0010 0000000000000001 0000000000000015"
            })
    void readsBigTiffInBothByteOrders(String hex) {
        byte[] tiff = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertEquals(Optional.of(new PictureHeader(PictureFormat.TIFF, 37, 21)), PictureHeader.read(tiff));
    }

    @Test
    void aJpegWhoseSizeHidesBehindAMarkerWithoutLengthIsNotRead() {
        assertEquals(Optional.empty(), PictureHeader.read(PixelBombs.jpegHidingItsSize(20_000)));
    }

    @Test
    void readsFromTheBuffersPositionAndLeavesIt() throws IOException {
        byte[] picture = picture(PictureFormat.GIF, 5, 6);
        ByteBuffer buffer =
                ByteBuffer.allocate(picture.length + 3).put(3, picture).position(3);
        assertEquals(30, PictureHeader.read(buffer).orElseThrow().pixels());
        assertEquals(3, buffer.position());
    }

    @Test
    void randomBytesAreNoPictureAndNoError() {
        Random random = new Random(7);
        byte[] bytes = new byte[64];
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(bytes);
            bytes[0] = (byte) 0xFF;
            bytes[1] = (byte) 0xD8;
            PictureHeader.read(bytes);
        }
        assertTrue(PictureHeader.read("not a picture, whatever its name says".getBytes(StandardCharsets.US_ASCII))
                .isEmpty());
    }

    private static byte[] picture(PictureFormat format, int width, int height) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        assertTrue(ImageIO.write(image, format.name(), out));
        return out.toByteArray();
    }
}
