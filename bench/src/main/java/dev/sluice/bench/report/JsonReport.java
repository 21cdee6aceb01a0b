package dev.sluice.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every single measurement, for programs. */
final class JsonReport {
    private JsonReport() {}

    static String of(Results results) {
        return "{\n\"run\":%s,\n\"entrants\":%s,\n\"limits\":%s,\n\"failures\":%s,\n\"samples\":%s,\n\"overloads\":%s\n}\n"
                .formatted(
                        head(results.head()),
                        array(results.entrants(), JsonReport::entrant),
                        array(results.limits(), JsonReport::string),
                        array(results.failures(), JsonReport::string),
                        array(results.samples(), JsonReport::sample),
                        array(results.overloads(), JsonReport::overload));
    }

    private static String head(Head head) {
        return "{\"command\":%s,\"date\":%s,\"git\":%s,\"machine\":%s,\"java\":%s,\"redis\":%s}"
                .formatted(
                        string(head.command()),
                        string(head.date()),
                        string(head.git()),
                        string(head.machine()),
                        string(head.java()),
                        string(head.redis()));
    }

    private static String entrant(Entrant entrant) {
        return "{\"name\":%s,\"version\":%s,\"settings\":%s}"
                .formatted(string(entrant.name()), string(entrant.version()), string(entrant.settings()));
    }

    private static String sample(Sample sample) {
        return String.format(
                Locale.ROOT,
                "{\"contestant\":%s,\"task\":%s,\"round\":%d,\"perSecond\":%.2f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"refused\":%d,\"failed\":%d,\"cpuPerThousand\":%.4f,\"residentMb\":%d,\"readySeconds\":%.2f,\"foreignShare\":%.3f}",
                string(sample.contestant()),
                string(sample.task()),
                sample.round(),
                sample.figures().perSecond(),
                sample.figures().p50(),
                sample.figures().p99(),
                sample.figures().refused(),
                sample.figures().failed(),
                sample.wholeCpuPerThousand(),
                sample.residentMb(),
                sample.readySeconds(),
                sample.foreignShare());
    }

    private static String overload(Overload overload) {
        return String.format(
                Locale.ROOT,
                "{\"contestant\":%s,\"work\":%s,\"round\":%d,\"capacity\":%.2f,\"offeredPerSecond\":%.2f,\"rightPerSecond\":%.2f,\"refused\":%d,\"refusalP99Ms\":%s,\"late\":%d,\"failed\":%d,\"withoutConnection\":%d,\"recoverySeconds\":%s,\"lagP99Ms\":%.3f,\"foreignShare\":%.3f}",
                string(overload.contestant()),
                string(overload.work()),
                overload.round(),
                overload.capacity(),
                overload.figures().offeredPerSecond(),
                overload.figures().rightPerSecond(),
                overload.figures().refused(),
                number(overload.figures().refusalP99()),
                overload.figures().late(),
                overload.figures().failed(),
                overload.figures().withoutConnection(),
                number(overload.recoverySeconds()),
                overload.figures().lagP99(),
                overload.foreignShare());
    }

    /** JSON knows neither NaN nor infinity. */
    private static String number(double value) {
        return Double.isFinite(value) ? String.valueOf(value) : "null";
    }

    private static <T> String array(List<T> items, Function<T, String> form) {
        return items.stream().map(form).collect(Collectors.joining(",\n", "[\n", "\n]"));
    }

    private static String string(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ") + '"';
    }
}
