package dev.sluice.frontend.body;

import dev.sluice.frontend.body.InputRefusedException.Reason;
import dev.sluice.picture.PictureHeader;
import dev.sluice.picture.UnservedFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the header of each picture: a known format, and no more pixels than a worker may be made to decode. */
final class PictureCheck {
    private PictureCheck() {}

    /** @throws InputRefusedException naming every picture at fault */
    static ModelInput.PictureInput check(List<byte[]> pictures, InputLimits limits) {
        if (pictures.isEmpty()) {
            throw new InputRefusedException(
                    Reason.INVALID_PICTURES,
                    "the request has no picture: send one as multipart/form-data, as a bare body, or in base64");
        }
        requireCount(pictures.size(), limits.pictures());
        List<InputFault> faults = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            Optional<String> fault = faultOf(pictures.get(i), limits.pixels());
            if (fault.isPresent()) {
                faults.add(InputFault.ofItem(i, fault.get()));
            }
        }
        if (!faults.isEmpty()) {
            throw refusal(faults);
        }
        return new ModelInput.PictureInput(pictures);
    }

    /** @throws InputRefusedException when there are more than that */
    static void requireCount(int pictures, int most) {
        if (pictures > most) {
            throw new InputRefusedException(
                    Reason.TOO_LARGE,
                    "%d pictures are more than the limit of %d in one request: send them in several requests, or raise --max-pictures"
                            .formatted(pictures, most));
        }
    }

    private static InputRefusedException refusal(List<InputFault> faults) {
        String first = faults.getFirst().detail();
        String detail =
                faults.size() == 1 ? first : "%d pictures are refused, the first: %s".formatted(faults.size(), first);
        List<InputFault> listed = faults.subList(0, Math.min(faults.size(), InputFaults.MOST_NAMED));
        return new InputRefusedException(Reason.INVALID_PICTURES, detail, listed, faults.size());
    }

    private static Optional<String> faultOf(byte[] picture, long mostPixels) {
        Optional<PictureHeader> header = PictureHeader.read(picture);
        return header.isEmpty()
                ? Optional.of(UnservedFormat.refusalOf(picture))
                : header.filter(seen -> seen.pixels() > mostPixels)
                        .map(seen -> PictureHeader.refusalOfPixels(seen.width(), seen.height(), mostPixels));
    }
}
