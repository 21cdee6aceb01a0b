package dev.sluice.worker.inference;

import dev.sluice.model.Signature;
import java.util.Optional;

/** A task whose items are rows. */
interface RowTask extends ModelTask {
    @Override
    Signature signature();

    @Override
    default ItemPreparation preparation(Optional<OnnxFile> file, InputExample example, LoadSettings settings)
            throws UnservableModelException {
        return ItemPreparation.ofRows(signature().inputs(), file, example);
    }

    @Override
    default long itemBytes() {
        return (long) Double.BYTES * signature().inputs().size();
    }
}
