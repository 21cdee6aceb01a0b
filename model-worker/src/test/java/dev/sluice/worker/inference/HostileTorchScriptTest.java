package dev.sluice.worker.inference;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A TorchScript archive that does more than compute, or that could be read in two ways, is refused before libtorch opens it. */
class HostileTorchScriptTest {
    private static final Path RINGS = Path.of("..", "training", "rings", "v1");
    private static final String NETWORK = "model/code/__torch__/training/molecules/network.py";
    private static final int CENTRAL_ENTRY = 0x02014b50;

    @TempDir
    Path home;

    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private Path folder;

    @BeforeEach
    void takeAGoodOneApart() throws IOException {
        folder = Files.createDirectories(home.resolve("version"));
        Files.createDirectories(folder.resolve("data"));
        Files.copy(RINGS.resolve("MLmodel"), folder.resolve("MLmodel"));
        Files.copy(RINGS.resolve("input_example.json"), folder.resolve("input_example.json"));
        try (ZipFile zip = new ZipFile(RINGS.resolve("data/model.pth").toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
    }

    @Test
    void theGoodOnePutTogetherAgainIsServed() throws Exception {
        write(zip());
        load().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "torch.from_file(\"/etc/passwd\", False, 5)",
                "ops.aten.from_file(\"/etc/passwd\", False, 5)",
                "\"/etc/passwd\".from_file(False, 5)",
                "getattr(torch, \"from_file\")(\"/etc/passwd\", False, 5)",
                "torch . from_file(\"/etc/passwd\", False, 5)",
            })
    void codeThatReadsAFile(String expression) throws IOException {
        answering(expression);
        refused("its TorchScript code calls 'from_file', which reads or writes files");
    }

    @Test
    void codeThatWritesAFile() throws IOException {
        answering("torch.save((scores).forward(pooled, ), \"/tmp/x\")");
        refused("its TorchScript code calls 'save'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getattr(torch, \"from\\x5ffile\")(\"/etc/passwd\", False, 5)",
                "getattr(torch, \"from\" \"_file\")(\"/etc/passwd\", False, 5)",
                "getattr(torch, '''from''''_file''')(\"/etc/passwd\", False, 5)",
            })
    void codeThatPutsANameTogether(String expression) throws IOException {
        answering(expression);
        refused("puts together the name of an attribute");
    }

    @Test
    void codeUnderANameInCapitals() throws IOException {
        entries.put("model/code/__torch__/EVIL.PY", "torch.from_file(\"x\")".getBytes(StandardCharsets.UTF_8));
        write(zip());
        refused("calls 'from_file'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "/etc/cron.d/x", "model/../../x", "model\\..\\x", "model//x"})
    void anEntryThatLeaves(String name) throws IOException {
        entries.put(name, new byte[1]);
        write(zip());
        refused("which leaves the archive");
    }

    @Test
    void anEntryOutsideItsFolder() throws IOException {
        entries.put("other/code/x.py", new byte[1]);
        write(zip());
        refused("outside its folder 'model'");
    }

    @Test
    void anEntryThatStandsThereTwice() throws IOException {
        entries.put("model/CONSTANTS.pkl", new byte[1]);
        write(zip());
        refused("the entry 'model/CONSTANTS.pkl' twice");
    }

    @Test
    void aLink() throws IOException {
        entries.put("model/data/link", "/etc/passwd".getBytes(StandardCharsets.UTF_8));
        byte[] zip = zip();
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int last = 0;
        for (int at = 0; at < zip.length - 4; at++) {
            last = bytes.getInt(at) == CENTRAL_ENTRY ? at : last;
        }
        bytes.putInt(last + 38, 0xA1FF << 16);
        write(zip);
        refused("the link 'model/data/link'");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 5_000})
    void whatStandsBeforeTheZip(int bytes) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(new byte[bytes]);
        file.writeBytes(zip());
        write(file.toByteArray());
        refused("no whole TorchScript archive");
    }

    @Test
    void whatStandsBehindTheZip() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(zip());
        file.writeBytes(new byte[10]);
        write(file.toByteArray());
        refused("no whole TorchScript archive");
    }

    @Test
    void aCutOffZip() throws IOException {
        byte[] whole = zip();
        for (int length : new int[] {0, 1, 21, 22, 100, whole.length / 2, whole.length - 1}) {
            write(Arrays.copyOf(whole, length));
            refused("no whole TorchScript archive");
        }
    }

    @Test
    void theFormatOfOldReleases() throws IOException {
        entries.put("model/model.json", "{}".getBytes(StandardCharsets.UTF_8));
        write(zip());
        refused("before 1.4");
    }

    /** Its answer is what the expression says. */
    private void answering(String expression) throws IOException {
        String code = new String(entries.get(NETWORK), StandardCharsets.UTF_8);
        String changed = code.replaceFirst("return .*", "return " + Matcher.quoteReplacement(expression));
        entries.put(NETWORK, changed.getBytes(StandardCharsets.UTF_8));
        write(zip());
    }

    private byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.getValue().length);
                CRC32 crc = new CRC32();
                crc.update(content.getValue());
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private void write(byte[] archive) throws IOException {
        Files.write(folder.resolve("data/model.pth"), archive);
    }

    private LoadedModel load() throws UnservableModelException {
        return LoadedModel.load(folder, "digest", new LoadSettings(1, 1_000_000, home.resolve("profiles")));
    }

    private void refused(String reason) {
        UnservableModelException refusal = assertThrows(UnservableModelException.class, () -> load().close());
        assertTrue(String.valueOf(refusal.getMessage()).contains(reason), refusal.getMessage());
    }
}
