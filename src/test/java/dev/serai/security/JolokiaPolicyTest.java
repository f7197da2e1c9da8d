package dev.serai.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jolokia.server.core.restrictor.RestrictorFactory;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.RequestType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator's login opens in the JVM: everything there is, compared with what is meant to be open. */
@WithStack
@TestInstance(Lifecycle.PER_CLASS)
class JolokiaPolicyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTEXT = "org.apache.camel:context=serai,type=context,name=\"serai\"";
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private Hub hub;
    private Intruder operator;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        hub.run("users");
        operator = Intruder.at(hub.management("/"))
                .login("admin", "open sesame")
                .with("Serai-Operator", "test")
                .with("Content-Type", "application/json");
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @Test
    void these_operations_are_allowed_and_no_others() throws Exception {
        Restrictor policy = RestrictorFactory.lookupPolicyRestrictor("classpath:/jolokia-access.xml");
        Set<String> allowed = new TreeSet<>();
        for (ObjectName name : SERVER.queryNames(null, null)) {
            MBeanInfo bean = SERVER.getMBeanInfo(name);
            for (MBeanOperationInfo operation : bean.getOperations()) {
                String signature = Arrays.stream(operation.getSignature())
                        .map(MBeanParameterInfo::getType)
                        .collect(Collectors.joining(",", "(", ")"));
                for (String asked : List.of(operation.getName(), operation.getName() + signature)) {
                    if (policy.isOperationAllowed(name, asked)) {
                        allowed.add(name.getDomain() + " " + name.getKeyProperty("type") + " " + asked);
                    }
                }
            }
            for (MBeanAttributeInfo attribute : bean.getAttributes()) {
                assertThat(policy.isAttributeWriteAllowed(name, attribute.getName()))
                        .as("write %s of %s", attribute.getName(), name)
                        .isFalse();
            }
        }

        assertThat(allowed)
                .containsExactlyInAnyOrder(
                        "java.lang Memory gc",
                        "java.lang Threading dumpAllThreads(boolean,boolean)",
                        "org.apache.camel context dumpRoutesAsXml()",
                        "org.apache.camel context dumpRoutesStatsAsXml",
                        "org.apache.camel routes dumpRouteAsXml()",
                        "org.apache.camel routes dumpRouteStatsAsXml",
                        "org.apache.camel routes start()",
                        "org.apache.camel routes stop()",
                        "quartz QuartzScheduler getTriggerState",
                        "quartz QuartzScheduler pauseTrigger",
                        "quartz QuartzScheduler resumeTrigger",
                        "quartz QuartzScheduler triggerJob");
        assertThat(Arrays.stream(RequestType.values()).filter(policy::isTypeAllowed))
                .containsExactlyInAnyOrder(RequestType.READ, RequestType.LIST, RequestType.SEARCH, RequestType.VERSION);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    com.sun.management:type=DiagnosticCommand | vmSystemProperties
                    com.sun.management:type=DiagnosticCommand | compilerDirectivesAdd(java.lang.String)
                    com.sun.management:type=HotSpotDiagnostic | dumpHeap(java.lang.String,boolean)
                    com.sun.management:type=HotSpotDiagnostic | setVMOption
                    jdk.management.jfr:type=FlightRecorder    | copyTo
                    java.util.logging:type=Logging            | setLoggerLevel
                    CONTEXT                                   | sendBody
                    CONTEXT                                   | sendStringBody(java.lang.String,java.lang.String)
                    CONTEXT                                   | requestBody
                    CONTEXT                                   | createEndpoint
                    CONTEXT                                   | dumpRoutesAsXml(boolean)
                    CONTEXT                                   | dumpRoutesAsYaml(boolean)
                    CONTEXT                                   | stop
                    """)
    void an_operation_that_reads_files_sends_messages_or_shows_secrets_is_refused(
            String mbean, String operation, @TempDir Path directory) throws Exception {
        Path file = directory.resolve("taken");
        ObjectNode request = JSON.createObjectNode()
                .put("type", "exec")
                .put("mbean", mbean.equals("CONTEXT") ? CONTEXT : mbean)
                .put("operation", operation);
        request.putArray("arguments").add("file:" + file).add("x");

        assertThat(ask(request).path("error").asText()).contains("forbidden");
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void another_machine_cannot_be_asked_through_it() {
        assertThatThrownBy(() -> Class.forName("org.jolokia.service.jsr160.Jsr160RequestHandler"))
                .isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void no_password_is_in_anything_that_can_be_read() throws Exception {
        Map<String, String> read = new TreeMap<>();
        JsonNode beans = ask(JSON.createObjectNode().put("type", "list")).path("value");
        beans.fields().forEachRemaining(domain -> domain.getValue().fieldNames().forEachRemaining(name -> {
            read.put(domain.getKey() + ":" + name, "");
        }));
        assertThat(read).hasSizeGreaterThan(100);
        for (Map.Entry<String, String> bean : read.entrySet()) {
            ObjectNode question = JSON.createObjectNode().put("type", "read").put("mbean", bean.getKey());
            question.putObject("config").put("ignoreErrors", true);
            bean.setValue(ask(question).toString());
        }
        for (String operation : List.of("dumpRoutesAsXml()", "dumpRoutesStatsAsXml")) {
            ObjectNode question = JSON.createObjectNode()
                    .put("type", "exec")
                    .put("mbean", CONTEXT)
                    .put("operation", operation);
            if (!operation.endsWith(")")) {
                question.putArray("arguments").add(true).add(true);
            }
            JsonNode answer = ask(question);
            assertThat(answer.path("status").asInt()).as(operation).isEqualTo(200);
            read.put(operation, answer.toString());
        }
        read.put("health", operator.get("/observe/health").body());
        Intruder page = Intruder.at(hub.page("/"));
        for (String path : List.of(
                "/api/routes",
                "/api/trouble",
                "/api/runs",
                "/api/openapi.json",
                "/api/explain",
                "/api/pipeline/users/routes",
                "/api/pipeline/sensors/routes",
                "/ui/")) {
            Intruder.Answer answer = page.get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            read.put(path, answer.body());
        }
        read.put("settings", hub.settings().toString());

        List<String> leaks = new ArrayList<>();
        secrets()
                .forEach((name, secret) -> read.forEach((where, what) -> {
                    if (what.contains(secret)) {
                        leaks.add(name + " in " + where);
                    }
                }));
        assertThat(leaks).isEmpty();
        // Something was searched.
        assertThat(read.values()).anyMatch(what -> what.contains("users-api-to-postgres"));
    }

    private Map<String, String> secrets() {
        Map<String, String> secrets = new TreeMap<>();
        for (String key : hub.settings().keys()) {
            if (key.endsWith("password") || key.endsWith("secret-key")) {
                String secret = hub.settings().text(key);
                if (!secret.isEmpty()) {
                    secrets.put(key, secret);
                    secrets.put(
                            key + " in Base64",
                            Base64.getEncoder()
                                    .withoutPadding()
                                    .encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
                }
            }
        }
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(2 * 5);
        return secrets;
    }

    private JsonNode ask(ObjectNode question) throws Exception {
        return JSON.readTree(
                operator.post("/observe/jolokia", question.toString()).body());
    }
}
