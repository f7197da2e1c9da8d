package dev.serai.archive;

import dev.serai.ledger.CodedException;
import java.nio.file.Path;

/**
 * Files of an archive cannot be written or read on this machine, such as on a full disk. What is in S3 and in the table is as
 * it was, and the next run goes on.
 */
final class FilesException extends CodedException {

    private static final long serialVersionUID = 1L;

    private static final String CODE = "ARCHIVE_FILES";

    /** @param at a file, or the directory with all of them */
    FilesException(Path at, Exception cause) {
        super(
                CODE,
                "files of the archive at %s, where %d MB are free, cannot be written or read: %s"
                        .formatted(at, free(at) >> 20, cause.getMessage()));
        initCause(cause);
    }

    private FilesException(String message) {
        super(CODE, message);
    }

    /** Fails unless so many bytes are free in a directory, which has to exist. */
    static void requireRoom(Path directory, long bytes, String what) {
        long free = free(directory);
        if (free < bytes) {
            throw new FilesException(
                    "%s needs %d MB in %s, where %d MB are free".formatted(what, bytes >> 20, directory, free >> 20));
        }
    }

    private static long free(Path at) {
        return at.toFile().getUsableSpace();
    }
}
