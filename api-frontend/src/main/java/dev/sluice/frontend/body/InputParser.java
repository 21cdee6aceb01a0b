package dev.sluice.frontend.body;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.frontend.body.InputRefusedException.Reason;
import dev.sluice.model.Signature;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a body into what the model takes, by the body's content type and the model's signature. */
public final class InputParser {
    private static final String JSON = "application/json";
    private static final String ANY_BYTES = "application/octet-stream";
    private static final List<String> OF_ROWS = List.of(JSON);
    private static final List<String> OF_PICTURES = List.of(MultipartForm.MEDIA_TYPE, "image/*", ANY_BYTES, JSON);

    private final StrictJson json;
    private final InputLimits limits;
    private final ExtraColumns.Policy extraColumns;

    public InputParser(InputLimits limits, ExtraColumns.Policy extraColumns) {
        this.json = new StrictJson(limits);
        this.limits = limits;
        this.extraColumns = extraColumns;
    }

    /**
     * To be asked before the body is read.
     *
     * @throws InputRefusedException when no body of that type is for this model
     */
    public void requireType(@Nullable String contentType, Signature signature) {
        String mediaType = HeaderParameters.parse(contentType).value();
        if (isJson(mediaType)) {
            return;
        }
        if (!signature.isOfPictures()) {
            throw notRows(mediaType);
        }
        if (!isPicture(mediaType) && !mediaType.equals(MultipartForm.MEDIA_TYPE)) {
            throw notPictures(mediaType);
        }
    }

    /** @throws InputRefusedException when the body is not for this model, or at fault */
    public ModelInput parse(RequestBody body, Signature signature) {
        return signature.isOfPictures()
                ? PictureCheck.check(pictures(body), limits)
                : RowsBody.read(jsonForRows(body), signature, limits.rows(), extraColumns);
    }

    private JsonNode jsonForRows(RequestBody body) {
        if (body instanceof RequestBody.Plain(String mediaType, byte[] bytes) && isJson(mediaType)) {
            return json.parse(bytes);
        }
        throw notRows(mediaType(body));
    }

    private static InputRefusedException notRows(String mediaType) {
        return InputRefusedException.ofContentType(
                "this model takes rows, and this is " + describe(mediaType) + ": " + BodyForms.ROWS, OF_ROWS);
    }

    private static InputRefusedException notPictures(String mediaType) {
        return InputRefusedException.ofContentType(
                "this model takes pictures, and this is " + describe(mediaType) + ": " + BodyForms.PICTURES,
                OF_PICTURES);
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
            when isJson(mediaType) -> PicturesBody.read(json.parse(bytes), limits.pictures());
            case RequestBody.Plain _ -> throw notPictures(mediaType(body));
        };
    }

    static boolean isJson(String mediaType) {
        return mediaType.equals(JSON) || mediaType.endsWith("+json");
    }

    private static boolean isPicture(String mediaType) {
        return mediaType.startsWith("image/") || mediaType.equals(ANY_BYTES);
    }

    private static String mediaType(RequestBody body) {
        return switch (body) {
            case RequestBody.Form _ -> MultipartForm.MEDIA_TYPE;
            case RequestBody.Plain plain -> plain.mediaType();
        };
    }

    private static String describe(String mediaType) {
        return mediaType.isEmpty() ? "a body without a content type" : mediaType;
    }
}
