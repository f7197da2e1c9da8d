package dev.serai.ledger;

/** A failure that knows its code in the book; its message is for a person. Trying again at once would not help. */
public class CodedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    public CodedException(String code, String message) {
        super(message);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
