package dev.serai.batch;

/**
 * An answer of a source that is not what was asked for, such as an error page: the run fails.
 *
 * <p>By the time it is thrown, what could be read of the answer is loaded and the rest is in the dead letter.
 */
public final class AnswerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public AnswerException(String code, String message) {
        super(message);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
