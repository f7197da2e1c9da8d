package dev.serai.reload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.serai.Application;
import dev.serai.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An editor that reads a file as YAML and writes it anew, as Kaoto does, changes nothing that Camel reads in it.
 *
 * <p>Such an editor keeps the comments at the head of a file; those further down and the way a value was written are lost.
 */
class EditorRoundTripTest {

    private static final ObjectMapper YAML = new YAMLMapper();

    /** One for what is read and one for what was written. Neither starts. */
    private static final DefaultCamelContext READ = new DefaultCamelContext();

    private static final DefaultCamelContext WRITTEN = new DefaultCamelContext();

    @BeforeAll
    static void settings() {
        Map<String, String> secrets = new HashMap<>();
        Application.REQUIRED.forEach(key -> secrets.put(Settings.variable(key), "none"));
        Settings settings = Settings.load(secrets, List.of());
        READ.getPropertiesComponent().setInitialProperties(settings.asProperties());
        WRITTEN.getPropertiesComponent().setInitialProperties(settings.asProperties());
    }

    @AfterAll
    static void close() throws Exception {
        READ.close();
        WRITTEN.close();
    }

    static List<Path> files() throws Exception {
        List<Path> files = new ArrayList<>();
        for (String folder : List.of("routes", "src/simulators")) {
            try (Stream<Path> below = Files.walk(Path.of(folder))) {
                below.filter(file -> RouteFiles.isRoute(file.toString())).forEach(files::add);
            }
        }
        return files;
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_file_means_the_same_after_it_was_written_anew(Path file) throws Exception {
        String text = Files.readString(file);
        String anew = YAML.writeValueAsString(YAML.readTree(text));

        assertThat(anew).isNotEqualTo(text);
        assertThat(model(WRITTEN, anew)).isNotEmpty().isEqualTo(model(READ, text));
    }

    /** All of a file as Camel understands it, beans aside, which are values only. */
    private static List<String> model(DefaultCamelContext camel, String text) throws Exception {
        List<String> model = new ArrayList<>();
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("read.camel.yaml", text));
        for (RouteConfigurationDefinition each : List.copyOf(camel.getRouteConfigurationDefinitions())) {
            model.add(PluginHelper.getModelToXMLDumper(camel)
                    .dumpModelAsXml(camel, each)
                    .replaceFirst(" id=\"routesConfiguration\\d+\"", "")); // given by Camel, one number after the other
            camel.removeRouteConfiguration(each);
        }
        for (RouteDefinition route : List.copyOf(camel.getRouteDefinitions())) {
            model.add(PluginHelper.getModelToXMLDumper(camel).dumpModelAsXml(camel, route));
            camel.removeRouteDefinition(route);
        }
        return model;
    }
}
