package dev.sluice.frontend.body;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A body as it arrived, all of it in memory. */
public sealed interface RequestBody {

    /**
     * One piece of content.
     *
     * @param mediaType lower case, without parameters; empty when the client named none
     */
    record Plain(String mediaType, Buffer bytes) implements RequestBody {}

    /** The files of a multipart form, in their order. */
    record Form(List<Buffer> files) implements RequestBody {
        public Form {
            files = List.copyOf(files);
        }
    }
}
