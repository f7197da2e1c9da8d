package dev.serai.records;

import dev.serai.mqtt.MessageBatch;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The steps of a declared pipeline, for the routes in {@code routes/shared/}. Thread-safe. */
public final class RecordSteps {

    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("HHmmss.SSSSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int NAME_BYTES = 4;

    private RecordSteps() {}

    /**
     * Landed bytes become a batch: the variable {@code records} is the declaration, {@code statement} the statement to fill
     * in; yields the variable {@code dataset}.
     */
    public static Processor read() {
        return exchange -> {
            DeclarationReader reader = new DeclarationReader();
            RecordDeclaration declaration = reader.read(exchange.getVariable("records", "", String.class));
            if (declaration == null) {
                throw new IllegalStateException("the records are declared wrongly: " + reader.mistakes());
            }
            exchange.getMessage()
                    .setBody(new DeclaredRecords(declaration)
                            .read(exchange.getMessage().getMandatoryBody(byte[].class)));
            exchange.setVariable(
                    "statement", declaration.statement(exchange.getVariable("statement", "", String.class)));
            exchange.setVariable("dataset", declaration.table());
        };
    }

    /**
     * Messages become the bytes to land, without the fields that the variable {@code sensitive} names, and the variable
     * {@code part}, so that each batch of a run is an object of its own and the same batch, tried again, is the same object.
     */
    public static Processor messages() {
        return RecordSteps::messages;
    }

    private static void messages(Exchange exchange) throws Exception {
        MessageBatch messages = exchange.getMessage().getMandatoryBody(MessageBatch.class);
        byte[] landed = LandedMessages.land(messages, exchange.getVariable("sensitive", "", String.class));
        exchange.setVariable(
                "part", "%s-%s".formatted(INSTANT.format(messages.get(0).receivedAt()), digest(landed)));
        exchange.getMessage().setBody(landed);
    }

    private static String digest(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, NAME_BYTES);
    }
}
