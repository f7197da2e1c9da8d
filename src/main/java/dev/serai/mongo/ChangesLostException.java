package dev.serai.mongo;

/** Changes have happened that a change stream can no longer tell; the message says why, for a person. */
public final class ChangesLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ChangesLostException(String message) {
        super(message);
    }
}
