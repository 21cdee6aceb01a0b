package dev.sluice.bench.report;

import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.machine.Programs;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * Where figures come from.
 *
 * @param command that was called
 * @param date of its start, UTC
 * @param git version of the sources
 */
public record Head(String command, String date, String git, String machine, String java, String redis) {

    /** Of a run that begins now. */
    public static Head of(String command, Path project) {
        return new Head(
                command,
                ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")),
                Programs.gitVersion(project),
                Machine.describe(),
                Runtime.version().toString(),
                Programs.redisVersion());
    }
}
