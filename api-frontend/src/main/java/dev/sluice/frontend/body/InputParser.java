package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import dev.sluice.model.ModelSignature;
import java.util.List;

/** Turns a body into what the model takes, by the body's content type and the model's signature. */
public final class InputParser {
    private final StrictJson json;
    private final InputLimits limits;
    private final ExtraColumns.Policy extraColumns;

    public InputParser(InputLimits limits, ExtraColumns.Policy extraColumns) {
        this.json = new StrictJson(limits);
        this.limits = limits;
        this.extraColumns = extraColumns;
    }

    /** @throws InputRefusedException when the body is not for this model, or at fault */
    public ModelInput parse(RequestBody body, ModelSignature signature) {
        return switch (signature) {
            case ModelSignature.Rows rows -> RowsBody.read(jsonForRows(body), rows, limits.rows(), extraColumns);
            case ModelSignature.Pictures _ -> PictureCheck.check(pictures(body), limits);
        };
    }

    private JsonNode jsonForRows(RequestBody body) {
        if (body instanceof RequestBody.Plain(String mediaType, byte[] bytes) && isJson(mediaType)) {
            return json.parse(bytes);
        }
        throw new InputRefusedException(
                Reason.WRONG_CONTENT_TYPE,
                "this model takes rows, and this is " + describe(body) + ": " + BodyForms.ROWS);
    }

    private List<byte[]> pictures(RequestBody body) {
        return switch (body) {
            case RequestBody.Form(List<byte[]> files) -> {
                if (files.isEmpty()) {
                    throw new InputRefusedException(
                            Reason.INVALID_PICTURES,
                            "the form has no file: send one, as curl -F image=@picture.jpg does");
                }
                yield files;
            }
            case RequestBody.Plain(String mediaType, byte[] bytes) when isPicture(mediaType) -> List.of(bytes);
            case RequestBody.Plain(String mediaType, byte[] bytes)
            when isJson(mediaType) -> PicturesBody.read(json.parse(bytes));
            case RequestBody.Plain _ ->
                throw new InputRefusedException(
                        Reason.WRONG_CONTENT_TYPE,
                        "this model takes pictures, and this is " + describe(body) + ": " + BodyForms.PICTURES);
        };
    }

    static boolean isJson(String mediaType) {
        return mediaType.equals("application/json") || mediaType.endsWith("+json");
    }

    private static boolean isPicture(String mediaType) {
        return mediaType.startsWith("image/") || mediaType.equals("application/octet-stream");
    }

    private static String describe(RequestBody body) {
        return switch (body) {
            case RequestBody.Form _ -> BodyReader.MULTIPART;
            case RequestBody.Plain plain ->
                plain.mediaType().isEmpty() ? "a body without a content type" : plain.mediaType();
        };
    }
}
