package dev.sluice.frontend.body;

import java.util.List;

/** A body as it arrived, all of it in memory. */
public sealed interface RequestBody {

    /**
     * One piece of content.
     *
     * @param mediaType lower case, without parameters; empty when the client named none
     */
    record Plain(String mediaType, byte[] bytes) implements RequestBody {}

    /** The files of a multipart form, in their order. */
    record Form(List<byte[]> files) implements RequestBody {
        public Form {
            files = List.copyOf(files);
        }
    }
}
