package dev.sluice.bench.contestant;

import dev.sluice.bench.load.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The bodies that all are sent. */
final class Samples {
    private static final String ROW =
            "[{\"sepal_length\":5.1,\"sepal_width\":3.5,\"petal_length\":1.4,\"petal_width\":0.2}]";
    private static final String BOUNDARY = "sluice-bench";

    private final byte[] picture;

    Samples(Path project) {
        try {
            picture = Files.readAllBytes(project.resolve("training/samples/flower.jpg"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a picture is sent. */
    enum PictureForm {
        BARE,
        MULTIPART
    }

    /** @param path where this contestant takes it */
    Exchange exchange(Work work, String path, PictureForm form) {
        return switch (work) {
            case ROW -> post(path, "application/json", ROW.getBytes(StandardCharsets.UTF_8), work);
            case PICTURE ->
                switch (form) {
                    case BARE -> post(path, "image/jpeg", picture, work);
                    case MULTIPART -> post(path, "multipart/form-data; boundary=" + BOUNDARY, multipart(), work);
                };
        };
    }

    private static Exchange post(String path, String contentType, byte[] body, Work work) {
        return Exchange.post(path, contentType, body, Map.of(), work.expected());
    }

    private byte[] multipart() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(
                "--%s\r\nContent-Disposition: form-data; name=\"content\"; filename=\"flower.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
                        .formatted(BOUNDARY)
                        .getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(picture);
        body.writeBytes("\r\n--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }
}
