package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.worker.models.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can never be served is refused with a reason that says what to do. */
class UnservableModelTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"sklearn", "python_function", "xgboost"})
    void aPickledFlavor(String flavor) throws IOException {
        refused(
                ModelFolder.summing("a").flavor(flavor),
                "[%s] would need Python or unpickling: log it as ONNX".formatted(flavor));
    }

    @Test
    void aPickledTorchModule() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(data.resolve("model.pth")))) {
            zip.putNextEntry(new ZipEntry("model/data.pkl"));
        }
        refused(ModelFolder.summing("a").flavor("pytorch"), "torch.jit.script");
    }

    @Test
    void aTorchFileThatIsNoArchive() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("data")).resolve("model.pth"), "not a zip");
        refused(ModelFolder.summing("a").flavor("pytorch"), "torch.jit.script");
    }

    @Test
    void aFileOutsideItsFolder() throws IOException {
        Files.writeString(folder.resolveSibling("outside.onnx"), "secret");
        refused(
                ModelFolder.summing("a").onnxFile("../outside.onnx"),
                "'../outside.onnx', which is outside the version's folder");
    }

    @Test
    void aBrokenOnnxFile() throws IOException {
        ModelFolder.summing("a").writeTo(folder);
        Files.writeString(folder.resolve("model.onnx"), "broken");
        refused("damaged or no ONNX file");
    }

    @Test
    void noSignature() throws IOException {
        refused(ModelFolder.summing("a").withoutSignature(), "log it with a signature");
    }

    @Test
    void noTask() throws IOException {
        refused(ModelFolder.summing("a").without("task"), "metadata 'task' is missing");
    }

    @Test
    void anOutputThatTheFileDoesNotHave() throws IOException {
        refused(
                ModelFolder.summing("a").with("valueOutput", "nothing"),
                "output 'nothing' of the metadata's 'valueOutput' is not in the file: name one of its outputs: 'answer' (float32 [?, 1])");
    }

    @Test
    void anOptionalColumnWhereMissingCannotBeSaid() throws IOException {
        refused(ModelFolder.passingOnWholeNumbers("n").optional("n"), "make it required or a double");
    }

    @Test
    void anInterpolationThatIsNotServed() throws IOException {
        refused(ModelFolder.seeingColours(4, 4).with("interpolation", "lanczos"), "'lanczos': give area");
    }

    @Test
    void picturesThatItsSignatureDoesNotTake() throws IOException {
        refused(ModelFolder.seeingColours(4, 4).with("width", 5), "[-1, 3, 4, 5]");
    }

    @Test
    void labelsOutsideItsFolder() throws IOException {
        refused(
                ModelFolder.seeingColours(4, 4).without("synset").with("synsetFileName", "../../etc/passwd"),
                "'../../etc/passwd', which is outside the version's folder");
    }

    @Test
    void anMlmodelThatIsNoYaml() throws IOException {
        ModelFolder.summing("a").writeTo(folder);
        Files.writeString(folder.resolve("MLmodel"), "flavors: [");
        refused("MLmodel is no valid YAML in line 1");
    }

    @Test
    void anMlmodelThatWouldMakeAnObject() throws IOException {
        ModelFolder.summing("a").writeTo(folder);
        Files.writeString(folder.resolve("MLmodel"), "!!javax.script.ScriptEngineManager [x]");
        refused("");
    }

    private void refused(ModelFolder model, String reason) throws IOException {
        model.writeTo(folder);
        refused(reason);
    }

    private void refused(String reason) {
        LoadSettings settings = new LoadSettings(1, 1_000_000, folder.resolve("profiles"));
        UnservableModelException refusal =
                assertThrows(UnservableModelException.class, () -> LoadedModel.load(folder, "digest", settings));
        assertTrue(String.valueOf(refusal.getMessage()).contains(reason), refusal.getMessage());
    }
}
