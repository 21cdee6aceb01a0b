package dev.sluice.worker.registry;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Optional;
import java.util.regex.Pattern;

/** A fault of the worker's own disk, told apart from one of the registry. */
final class CacheFault {
    private static final Pattern FULL = Pattern.compile("No space left on device|Disk quota exceeded|not enough space");
    private static final Pattern READ_ONLY = Pattern.compile("Read-only file system|Permission denied");

    private CacheFault() {}

    /** The disk's failure among the causes of a failed download; empty when it failed for another reason. */
    static Optional<IOException> among(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException disk && (isFull(disk) || isReadOnly(disk))) {
                return Optional.of(disk);
            }
        }
        return Optional.empty();
    }

    static String reason(Throwable failure) {
        if (failure instanceof CacheFullException) {
            return String.valueOf(failure.getMessage());
        }
        if (isFull(failure)) {
            return "the worker's disk is full: free space in the folder of --cache, or lower --cache-bytes";
        }
        if (isReadOnly(failure)) {
            return "the folder of --cache cannot be written: give the worker's user the right to write there";
        }
        return "the cache cannot be written (%s): check the folder of --cache".formatted(told(failure));
    }

    static String unreadable(IOException failure) {
        return "the cache cannot be read (%s): check the folder of --cache".formatted(told(failure));
    }

    /** The JDK names some faults by the exception's class alone. */
    private static String told(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException missing -> missing.getFile() + " is missing";
            case FileAlreadyExistsException present -> present.getFile() + " is a file that was not expected";
            case DirectoryNotEmptyException folder -> folder.getFile() + " is a folder with files in it";
            case IOException fault when fault.getMessage() != null -> fault.getMessage();
            default -> failure.toString();
        };
    }

    static boolean isFull(Throwable failure) {
        return FULL.matcher(String.valueOf(failure.getMessage())).find();
    }

    private static boolean isReadOnly(Throwable failure) {
        return failure instanceof AccessDeniedException
                || failure instanceof ReadOnlyFileSystemException
                || READ_ONLY.matcher(String.valueOf(failure.getMessage())).find();
    }
}
