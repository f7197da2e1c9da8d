package dev.serai.simulators;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** A request to the control of the simulators that cannot be met; carries the whole answer. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int LONGEST_EXCERPT = 200;

    private final int status;
    private final String parameter;

    private RefusedException(int status, String parameter, String message) {
        super(message);
        this.status = status;
        this.parameter = parameter;
    }

    static RefusedException badParameter(String parameter, String expected, String seen) {
        return new RefusedException(BAD_REQUEST, parameter, message(parameter, expected, seen));
    }

    static RefusedException unknownSource(String expected, String seen) {
        return new RefusedException(NOT_FOUND, "source", message("source", expected, seen));
    }

    /** The HTTP status: 400 or 404. */
    public int status() {
        return status;
    }

    /** {@code {"parameter":"times","error":"failure: 'times' must be …, was …"}}. */
    public String json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("parameter", parameter)
                .put("error", getMessage())
                .toString();
    }

    private static String message(String parameter, String expected, String seen) {
        String was = seen.length() > LONGEST_EXCERPT ? seen.substring(0, LONGEST_EXCERPT) + "…" : seen;
        return "failure: '%s' must be %s, was %s".formatted(parameter, expected, was);
    }
}
