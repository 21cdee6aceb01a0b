package dev.sluice.bench.contestant;

import dev.sluice.bench.load.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** The same row and the same photograph, in each form in which somebody takes it. */
final class Samples {
    private static final String JSON = "application/json";
    private static final String RECORDS =
            "[{\"sepal_length\":5.1,\"sepal_width\":3.5,\"petal_length\":1.4,\"petal_width\":0.2}]";
    private static final String ROW_LABEL = "setosa";
    private static final String PICTURE_LABEL = "daisy";
    private static final String BOUNDARY = "sluice-bench";

    private final byte[] picture;

    Samples(Path project) {
        try {
            picture = Files.readAllBytes(project.resolve("training/samples/flower.jpg"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** JSON records. */
    Exchange row(String path) {
        return row(path, Map.of());
    }

    Exchange row(String path, Map<String, String> headers) {
        return Exchange.post(path, JSON, utf8(RECORDS), headers, ROW_LABEL);
    }

    /** The JPEG as it is. */
    Exchange picture(String path) {
        return picture(path, Map.of());
    }

    Exchange picture(String path, Map<String, String> headers) {
        return Exchange.post(path, "image/jpeg", picture, headers, PICTURE_LABEL);
    }

    /** The JPEG as a form's file. */
    Exchange uploadedPicture(String path, String field) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(utf8(
                "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"flower.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
                        .formatted(BOUNDARY, field)));
        body.writeBytes(picture);
        body.writeBytes(utf8("\r\n--%s--\r\n".formatted(BOUNDARY)));
        return Exchange.post(
                path, "multipart/form-data; boundary=" + BOUNDARY, body.toByteArray(), Map.of(), PICTURE_LABEL);
    }

    /** A batch of one, as the only parameter of BentoML's method. */
    Exchange batchedRow(String path) {
        return Exchange.post(path, JSON, utf8("{\"flowers\":%s}".formatted(RECORDS)), Map.of(), ROW_LABEL);
    }

    /** A tensor of the Open Inference Protocol. */
    Exchange tensorRow(String path) {
        return Exchange.post(
                path,
                JSON,
                utf8(
                        "{\"inputs\":[{\"name\":\"rows\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":[5.1,3.5,1.4,0.2]}]}"),
                Map.of(),
                ROW_LABEL);
    }

    /** The JPEG in base64 as the Open Inference Protocol has bytes in JSON. */
    Exchange tensorPicture(String path) {
        String body =
                "{\"inputs\":[{\"name\":\"picture\",\"shape\":[1,1],\"datatype\":\"BYTES\",\"parameters\":{\"content_type\":\"base64\"},\"data\":[\"%s\"]}]}"
                        .formatted(Base64.getEncoder().encodeToString(picture));
        return Exchange.post(path, JSON, utf8(body), Map.of(), PICTURE_LABEL);
    }

    /** A tensor for MLflow's scoring server, which answers with the model's outputs: a label is its number. */
    Exchange scoredRow(String path) {
        return Exchange.post(path, JSON, utf8("{\"inputs\":[[5.1,3.5,1.4,0.2]]}"), Map.of(), "\"label\": [0]");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
