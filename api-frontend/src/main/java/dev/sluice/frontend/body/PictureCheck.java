package dev.sluice.frontend.body;

import dev.sluice.frontend.body.InputRefusedException.Reason;
import dev.sluice.picture.PictureHeader;
import java.util.List;
import java.util.Optional;

/** Reads the header of each picture: a known format, and no more pixels than a worker may be made to decode. */
final class PictureCheck {
    private PictureCheck() {}

    /** @throws InputRefusedException naming every picture at fault */
    static ModelInput.PictureInput check(List<byte[]> pictures, InputLimits limits) {
        if (pictures.isEmpty()) {
            throw new InputRefusedException(Reason.INVALID_PICTURES, "there is no picture in it");
        }
        if (pictures.size() > limits.pictures()) {
            throw new InputRefusedException(
                    Reason.TOO_LARGE,
                    "a request may have at most %d pictures, this has %d"
                            .formatted(limits.pictures(), pictures.size()));
        }
        InputFaults faults = new InputFaults();
        for (int i = 0; i < pictures.size(); i++) {
            Optional<String> fault = faultOf(pictures.get(i), limits.pixels());
            if (fault.isPresent()) {
                faults.add(InputFault.ofItem(i, fault.get()));
            }
        }
        faults.refuseIfAny(Reason.INVALID_PICTURES, "a picture model");
        return new ModelInput.PictureInput(pictures);
    }

    private static Optional<String> faultOf(byte[] picture, long mostPixels) {
        if (picture.length == 0) {
            return Optional.of("is empty");
        }
        Optional<PictureHeader> header = PictureHeader.read(picture);
        if (header.isEmpty()) {
            return Optional.of("is no picture of a known format (JPEG, PNG, GIF, WebP, BMP, TIFF), or is cut off");
        }
        return header.filter(seen -> seen.pixels() > mostPixels)
                .map(seen -> "has %d × %d pixels; at most %d in all are decoded (--max-pixels)"
                        .formatted(seen.width(), seen.height(), mostPixels));
    }
}
