package dev.serai.batch;

/** A record that cannot be loaded: a reason code for counting and a message naming field, expectation and value seen. */
public final class InvalidRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public InvalidRecordException(String code, String message) {
        super(message);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
