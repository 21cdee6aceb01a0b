package dev.sluice.frontend.body;

/** The forms that a body may have, as refusals list them. */
final class BodyForms {
    static final String ROWS =
            "send JSON with 'Content-Type: application/json': a record {\"column\": value}, a list of records,"
                    + " {\"instances\": […]}, {\"dataframe_records\": […]} or {\"dataframe_split\": {\"columns\": […], \"data\": […]}}";

    static final String PICTURES =
            "send multipart/form-data with files, one picture as image/* or application/octet-stream,"
                    + " or JSON with base64: {\"b64\": \"…\"}, {\"image\": \"…\"}, a list of those or {\"instances\": […]}";

    private BodyForms() {}
}
