package dev.sluice.worker.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.chaos.Slow;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;

/** Format × mode × depth × transparency × orientation, generated; each looks as training/picture.py sees it. */
@Slow
class PictureMatrixTest {
    private static final long MAX_PIXELS = 1_000_000;
    /** What the reference blends transparent pixels onto, too. */
    private static final Background BACKGROUND = new Background(200, 100, 50);
    /** Greatest difference of a level, where files are lossy: two builds of libjpeg and libwebp decode them. */
    private static final Map<String, Integer> TOLERANCE =
            Map.of("png", 0, "bmp", 0, "gif", 0, "tiff", 1, "jpeg", 2, "webp", 2);
    /** Kinds that the reference decodes and that are refused here, by name. */
    private static final List<String> NAMED_REFUSALS = List.of("compression 34925", "compression 50000");

    private static final Path DIFFERENCES = Path.of("target", "picture-matrix-differences.txt");
    private static final int SHOWN = 20;

    @TempDir
    static Path folder;

    private static ImageDecoder decoder;

    @BeforeAll
    static void loadOpenCv() {
        decoder = new ImageDecoder(folder, MAX_PIXELS);
    }

    @Test
    void everyPictureLooksAsTheReferenceSeesIt() throws Exception {
        Path file = folder.resolve("pictures");
        ReferencePicture.generate(file);
        Map<String, Tally> tallies = new TreeMap<>();
        Map<String, ReferencePicture> plainest = new HashMap<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            Iterator<ReferencePicture> pictures = ReferencePicture.read(in);
            while (pictures.hasNext()) {
                ReferencePicture picture = pictures.next();
                ReferencePicture same = picture.samePixels()
                        .map(kind -> plainest.computeIfAbsent(kind, _ -> picture))
                        .orElse(picture);
                tallies.computeIfAbsent(picture.format(), Tally::new).add(picture, same);
            }
        }
        List<String> wrong =
                tallies.values().stream().flatMap(tally -> tally.wrong.stream()).toList();
        tallies.values().forEach(System.out::println);
        Files.write(DIFFERENCES, wrong);
        assertEquals(TOLERANCE.keySet(), tallies.keySet());
        assertEquals(List.of(), wrong.stream().limit(SHOWN).toList(), wrong.size() + " differ, all in " + DIFFERENCES);
    }

    /** What became of the pictures of one format. */
    private static final class Tally {
        private final String format;
        private final Map<String, Integer> outcomes = new TreeMap<>();
        private final Map<String, Integer> reasons = new TreeMap<>();
        private final List<String> wrong = new ArrayList<>();
        private int most;

        Tally(String format) {
            this.format = format;
        }

        /** @param same has the same pixels, kept in the plainest way; the reference decides by it where it contradicts itself */
        void add(ReferencePicture picture, ReferencePicture same) {
            boolean contradicts = !Arrays.equals(picture.seen(), same.seen());
            boolean expected = same.outcome() == ReferencePicture.Outcome.PICTURE;
            try (MatScope scope = new MatScope()) {
                Mat decoded = decoder.decode(picture.content(), BACKGROUND, scope);
                int difference = expected ? difference(decoded, same) : 0;
                most = Math.max(most, difference);
                if (difference > TOLERANCE.getOrDefault(picture.format(), 0)) {
                    count("different", picture.name() + " by " + difference);
                } else if (!expected) {
                    count("decoded here only");
                } else {
                    count(contradicts ? "equal to how the reference sees the same pixels kept plainly" : "equal");
                }
            } catch (PictureRefusedException refusal) {
                reasons.merge(refusal.failure().detail(), 1, Integer::sum);
                if (!expected) {
                    count("refused by both");
                } else if (NAMED_REFUSALS.stream().anyMatch(refusal.failure().detail()::contains)) {
                    count("refused here by name");
                } else {
                    count("refused", picture.name() + ": " + refusal.failure().detail());
                }
            }
        }

        private void count(String outcome) {
            outcomes.merge(outcome, 1, Integer::sum);
        }

        private void count(String outcome, String fault) {
            count(outcome);
            wrong.add(fault);
        }
        /** The greatest of a level; 255 when it is of another size. */
        private static int difference(Mat decoded, ReferencePicture expected) {
            if (decoded.cols() != expected.width() || decoded.rows() != expected.height()) {
                return 255;
            }
            ByteBuffer pixels = expected.pixels();
            byte[] bgr = new byte[3 * decoded.cols()];
            int most = 0;
            for (int y = 0; y < decoded.rows(); y++) {
                decoded.get(y, 0, bgr);
                for (int i = 0; i < bgr.length; i++) {
                    int level = bgr[i - i % 3 + 2 - i % 3] & 0xFF;
                    most = Math.max(most, Math.abs(level - (pixels.get() & 0xFF)));
                }
            }
            return most;
        }

        @Override
        public String toString() {
            int all = outcomes.values().stream().mapToInt(Integer::intValue).sum();
            return "picture matrix, %s: %d pictures, %s; levels differ by %d at most; refusals: %s"
                    .formatted(format, all, outcomes, most, reasons);
        }
    }
}
