package dev.sluice.worker.trial;

import java.nio.file.Path;
import java.time.Duration;

/** A process that ends while it loads a version. */
final class LoadingProcess {
    static final String LOADS = "loads";

    private LoadingProcess() {}

    /** @param args the folder of the marks, the version's key, and how it ends */
    public static void main(String[] args) throws Exception {
        try (LoadMark _ = new LoadMarks(Path.of(args[0]), Duration.ofMinutes(1)).begin(args[1])) {
            System.out.println(LOADS);
            while (System.in.read() >= 0) {
                // Until it may end.
            }
            switch (args[2]) {
                case "halt" -> Runtime.getRuntime().halt(134);
                case "exit" -> System.exit(143);
                default -> throw new IllegalArgumentException(args[2]);
            }
        }
    }
}
