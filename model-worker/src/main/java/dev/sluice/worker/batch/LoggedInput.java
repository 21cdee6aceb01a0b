package dev.sluice.worker.batch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.job.Content;
import dev.sluice.picture.PictureHeader;
import dev.sluice.queue.TakenJob;
import dev.sluice.text.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * What the prediction log stores of a job's input: rows unchanged, of a picture its hash and size.
 *
 * @param isAsked whether there is a log
 * @param keepsPictures whether it stores the pictures themselves
 */
public record LoggedInput(boolean isAsked, boolean keepsPictures) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOTHING = "[]";

    /** Empty where the payload itself is logged, or nothing; a record of an untrusted writer may not describe its pictures. */
    String of(TakenJob job) {
        if (!isAsked || keepsPictures || job.payload() == null || !job.content().equals(Content.PICTURES.wireName())) {
            return "";
        }
        try {
            return describe(job.payload(), job.input().parts());
        } catch (IllegalArgumentException | IndexOutOfBoundsException strange) {
            return NOTHING;
        }
    }

    private static String describe(ByteBuffer pictures, List<Integer> parts) {
        ArrayNode descriptions = JSON.createArrayNode();
        int start = 0;
        for (int length : parts) {
            ByteBuffer picture = pictures.slice(start, length);
            ObjectNode description = descriptions
                    .addObject()
                    .put("sha256", sha256(picture.duplicate()))
                    .put("bytes", length);
            PictureHeader.read(picture)
                    .ifPresent(
                            header -> description.put("width", header.width()).put("height", header.height()));
            start += length;
        }
        return descriptions.toString();
    }

    private static String sha256(ByteBuffer bytes) {
        MessageDigest digest = Sha256.digest();
        digest.update(bytes);
        return HexFormat.of().formatHex(digest.digest());
    }
}
