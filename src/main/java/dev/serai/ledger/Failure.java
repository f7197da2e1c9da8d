package dev.serai.ledger;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoQueryException;
import dev.serai.batch.AnswerException;
import dev.serai.batch.Excerpt;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.core5.http.HttpStatus;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Why a run failed, in the words of the book.
 *
 * @param code for counting: {@code SOURCE_…}, {@code ANSWER_…}, {@code MONGO_…}, {@code S3_…}, {@code POSTGRES_…}, {@code ARCHIVE_…} or {@code UNEXPECTED}
 * @param message for a person: what was asked, what came back
 */
public record Failure(String code, String message) {

    public static Failure of(Throwable thrown) {
        return find(thrown, AnswerException.class)
                .map(e -> new Failure(e.code(), text(e)))
                .or(() -> find(thrown, CodedException.class).map(e -> new Failure(e.code(), text(e))))
                .or(() -> find(thrown, MongoException.class).map(Failure::ofMongo))
                .or(() -> find(thrown, HttpOperationFailedException.class).map(Failure::ofStatus))
                .or(() -> find(thrown, SdkException.class).map(Failure::ofStore))
                .or(() -> find(thrown, SQLException.class).map(Failure::ofDatabase))
                .or(() -> find(thrown, IOException.class).map(Failure::ofConnection))
                .orElseGet(() -> unexpected(thrown));
    }

    /** What wraps it, such as Camel's own exceptions, says nothing. */
    private static Failure unexpected(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new Failure("UNEXPECTED", root.getClass().getSimpleName() + ": " + text(root));
    }

    private static Failure ofStatus(HttpOperationFailedException e) {
        String hint = e.getStatusCode() == HttpStatus.SC_TOO_MANY_REQUESTS ? " (too many requests)" : "";
        return new Failure(
                "SOURCE_HTTP_" + e.getStatusCode(),
                "the source must answer 200, answered %d%s at %s".formatted(e.getStatusCode(), hint, e.getUri()));
    }

    private static Failure ofMongo(MongoException e) {
        // A server that answers says a code of its own; that of the driver's own errors is below zero.
        boolean answered = e instanceof MongoCommandException || e instanceof MongoQueryException;
        return new Failure(answered ? "MONGO_REFUSED" : "MONGO_UNREACHABLE", "MongoDB: " + text(e));
    }

    private static Failure ofStore(SdkException e) {
        boolean answered = e instanceof S3Exception s3 && s3.statusCode() > 0;
        return new Failure(answered ? "S3_REFUSED" : "S3_UNREACHABLE", "S3: " + text(e));
    }

    private static Failure ofDatabase(SQLException e) {
        String state = Optional.ofNullable(e.getSQLState()).orElse("");
        // Class 08: no connection; 57P: the server is starting, stopping or has been told to end us. A pool says it
        // without a state.
        boolean gone = state.isEmpty() || state.startsWith("08") || state.startsWith("57P");
        return new Failure(gone ? "POSTGRES_UNREACHABLE" : "POSTGRES_" + state, "PostgreSQL: " + text(e));
    }

    private static Failure ofConnection(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return new Failure("SOURCE_TIME_OUT", "the source did not answer in time: " + text(e));
        }
        return new Failure("SOURCE_UNREACHABLE", "the source cannot be read: " + text(e));
    }

    private static String text(Throwable e) {
        return Excerpt.of(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    private static <T> Optional<T> find(Throwable thrown, Class<T> type) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
