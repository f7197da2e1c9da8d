package dev.serai.archive;

import dev.serai.ledger.CodedException;

/** The archive stops before it could lose anything: what was expected, what was seen. */
public final class ArchiveException extends CodedException {

    private static final long serialVersionUID = 1L;

    /** Another run has the lock. */
    public static final String BUSY = "ARCHIVE_BUSY";

    /** What was read back is not what was written. */
    public static final String REFUSED = "ARCHIVE_REFUSED";

    /** The table cannot be archived as it is declared. */
    public static final String DECLARATION = "ARCHIVE_DECLARATION";

    public ArchiveException(String code, String message) {
        super(code, message);
    }
}
