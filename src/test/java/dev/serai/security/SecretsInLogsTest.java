package dev.serai.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is logged in a start, a run, a failure and a stop, by an operator who looks for a fault. */
@WithStack
class SecretsInLogsTest {

    private static final Map<String, Level> LOOKING_FOR_A_FAULT = Map.of(
            "dev.serai", Level.TRACE,
            "com.zaxxer.hikari", Level.DEBUG,
            "org.apache.camel.main", Level.DEBUG,
            "org.flywaydb", Level.DEBUG,
            "org.mongodb.driver", Level.DEBUG,
            "org.quartz", Level.DEBUG);

    private final Collector collector = new Collector();

    /** Keeps every line, with its stack trace. */
    private static final class Collector extends AbstractAppender {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Collector() {
            super("collector", null, null, false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            StringWriter line = new StringWriter();
            line.append(event.getMessage().getFormattedMessage());
            Throwable thrown = event.getThrown();
            if (thrown != null) {
                thrown.printStackTrace(new PrintWriter(line, true));
            }
            lines.add(line.toString());
        }
    }

    @BeforeEach
    void listen() {
        collector.start();
        LOOKING_FOR_A_FAULT.forEach(Configurator::setLevel);
        LoggerContext.getContext(false).getConfiguration().getRootLogger().addAppender(collector, Level.ALL, null);
    }

    @AfterEach
    void stopListening() {
        Configurator.reconfigure();
    }

    @Test
    void no_password_is_logged(LocalStack stack) throws Exception {
        try (Hub hub = new Hub(stack)) {
            hub.run("users");
            hub.fail(Failure.of(FailureKind.SERVER_ERROR, 10));
            hub.run("users");
            stack.objects().stop();
            try {
                hub.run("ads");
            } finally {
                stack.objects().start();
            }

            assertThat(collector.lines).hasSizeGreaterThan(20);
            for (String key : hub.settings().keys()) {
                String secret = hub.settings().text(key);
                if ((key.endsWith("password") || key.endsWith("secret-key")) && !secret.isEmpty()) {
                    assertThat(collector.lines).as(key).noneMatch(line -> line.contains(secret));
                }
            }
        }
    }
}
