package dev.serai.stack;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT 3.1.1 and 5 broker, Apache ActiveMQ Artemis, in this process. One user; sessions, queued and retained messages
 * are kept in {@code directory/mqtt}.
 *
 * <p>Errors: {@link StackException}. Not thread-safe.
 */
public final class MqttServer implements Server {

    private static final int PATIENCE_SECONDS = 20;
    private static final String ROLE = "user";
    private static final int JOURNAL_FILE_BYTES = 1 << 20;
    private static final long MEMORY_BYTES = 16L << 20;
    private static final int PAGE_BYTES = 4 << 20;

    private final Path directory;
    private final String host;
    private final int port;
    private final Login login;
    private final Durability durability;
    private @Nullable EmbeddedActiveMQ broker;

    /**
     * Does not start it yet.
     *
     * @param port 0 for any that is free
     */
    public MqttServer(Path directory, String host, int port, Login login, Durability durability) {
        this.directory = directory.toAbsolutePath().resolve("mqtt");
        this.host = host;
        this.port = Ports.orFree(host, port);
        this.login = login;
        this.durability = durability;
    }

    @Override
    public String name() {
        return "the MQTT broker";
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() {
        Ports.requireFree(this);
        FileTree.createPrivate(directory);
        EmbeddedActiveMQ starting = new EmbeddedActiveMQ();
        starting.setConfiguration(configuration());
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser(login.user(), login.password());
        users.addRole(login.user(), ROLE);
        starting.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        try {
            starting.start();
            broker = starting;
            // start() returns normally even if the broker could not be activated.
            if (!starting.getActiveMQServer().waitForActivation(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    || !starting.getActiveMQServer().isActive()) {
                stop();
                throw new StackException("the MQTT broker did not become active; see the log of the stack");
            }
        } catch (StackException e) {
            throw e;
        } catch (Exception e) {
            throw new StackException("the MQTT broker does not start: " + e.getMessage(), e);
        }
    }

    @Override
    public void stop() {
        if (broker == null) {
            return;
        }
        try {
            broker.stop();
            broker = null;
        } catch (Exception e) {
            throw new StackException("the MQTT broker does not stop: " + e.getMessage(), e);
        }
    }

    private Configuration configuration() {
        try {
            return new ConfigurationImpl()
                    .setName("serai")
                    .setPersistenceEnabled(true)
                    .setJournalDirectory(directory.resolve("journal").toString())
                    .setBindingsDirectory(directory.resolve("bindings").toString())
                    .setLargeMessagesDirectory(directory.resolve("large").toString())
                    .setPagingDirectory(directory.resolve("paging").toString())
                    .setJournalType(JournalType.NIO)
                    .setJournalFileSize(JOURNAL_FILE_BYTES)
                    .setJournalMinFiles(2)
                    .setJournalDatasync(durability == Durability.DURABLE)
                    // A developer's disk is often nearly full; the broker would block every publisher without a word.
                    .setMaxDiskUsage(-1)
                    // It would halt the whole process when the machine was asleep for a while.
                    .setCriticalAnalyzer(false)
                    .setJMXManagementEnabled(false)
                    .setSecurityEnabled(true)
                    .addAcceptorConfiguration(
                            "mqtt", "tcp://%s:%d?protocols=MQTT&useEpoll=false&useKQueue=false".formatted(host, port))
                    .addAddressSetting("#", addresses())
                    .putSecurityRoles(
                            "#",
                            Set.of(new Role(
                                    ROLE, true, true, true, true, true, true, false, true, true, true, false, false)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static AddressSettings addresses() {
        return new AddressSettings()
                .setAutoCreateAddresses(true)
                .setAutoCreateQueues(true)
                // A backlog goes to disk beyond this; nothing is dropped or refused, and memory stays small.
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setMaxSizeBytes(MEMORY_BYTES)
                .setPageSizeBytes(PAGE_BYTES)
                .setMaxReadPageBytes(2 * PAGE_BYTES)
                // A message that was delivered ten times without an acknowledgement would be dropped otherwise.
                .setMaxDeliveryAttempts(-1);
    }
}
