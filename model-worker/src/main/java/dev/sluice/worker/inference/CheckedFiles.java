package dev.sluice.worker.inference;

import dev.sluice.worker.modelfile.ModelFileException;
import dev.sluice.worker.modelfile.VersionFolder;
import java.nio.file.Path;

/** A model folder of which everything was read and checked that can be without an engine. */
record CheckedFiles(MlModelFile file, ServedFlavor.Weights weights, ModelTask task, InputExample example) {

    /**
     * Reads an MLflow model folder in plain Java: no engine opens a file before it, and every file that it names, has been checked.
     *
     * @throws UnservableModelException when this folder can never be served
     */
    static CheckedFiles of(Path folder) throws UnservableModelException {
        VersionFolder files = new VersionFolder(folder);
        try {
            files.requirePlainFiles();
        } catch (ModelFileException e) {
            throw new UnservableModelException(e);
        }
        MlModelFile file = MlModelFile.read(folder);
        ServedFlavor.Weights weights = ServedFlavor.select(file, files);
        return new CheckedFiles(file, weights, TaskReader.read(file, folder), InputExample.of(file, files));
    }
}
