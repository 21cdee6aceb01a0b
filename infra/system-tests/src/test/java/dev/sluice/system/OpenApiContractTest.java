package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.chaos.ChaosForm;
import dev.sluice.chaos.Integration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI document says what the running system does: Schemathesis makes right and wrong requests from it and checks every answer. */
@ExtendWith(RunningSluice.Shared.class)
@Integration
class OpenApiContractTest {
    private static final Path SCHEMATHESIS = RunningSluice.PROJECT.resolve(".venv-test/bin/schemathesis");
    private static final Path CHECKS = RunningSluice.PROJECT.resolve("infra/system-tests/schemathesis.toml");
    private static final int HANG_LIMIT_MINUTES = 15;

    @TempDir
    Path folder;

    private final RunningSluice sluice;

    OpenApiContractTest(RunningSluice sluice) {
        this.sluice = sluice;
    }

    @Test
    void everyOperationAnswersAsTheDocumentSays() throws IOException, InterruptedException {
        if (!Files.isExecutable(SCHEMATHESIS)) {
            throw new IllegalStateException("%s is missing: `make integration` makes it".formatted(SCHEMATHESIS));
        }
        Path output = folder.resolve("schemathesis.log");
        Process process = new ProcessBuilder(List.of(
                        SCHEMATHESIS.toString(),
                        "--config-file",
                        CHECKS.toString(),
                        "run",
                        sluice.url(1) + "/openapi.json",
                        "--url",
                        sluice.url(1),
                        "--seed",
                        String.valueOf(ChaosForm.seed()),
                        "--max-examples",
                        String.valueOf(ChaosForm.count(20, 250)),
                        "--max-time",
                        String.valueOf(ChaosForm.count(25, 300)),
                        "--no-color"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(HANG_LIMIT_MINUTES, TimeUnit.MINUTES);
            String printed = Files.readString(output);
            System.out.println("S7 (" + ChaosForm.describe() + ")\n" + printed);
            assertEquals(0, ended ? process.exitValue() : -1, printed);
        } finally {
            process.destroyForcibly();
        }
    }
}
