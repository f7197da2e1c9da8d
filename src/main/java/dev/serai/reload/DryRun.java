package dev.serai.reload;

import dev.serai.settings.NearestName;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.NamedNode;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.spi.ResourceResolver;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Makes every route in a Camel context of its own that starts none of them: what Camel itself would refuse.
 *
 * <p>The routes get the beans that the hub has, except those that act by themselves. No server, no JMX, no schedule; nothing
 * outside is touched. Thread-safe; each run is a context of its own, gone afterwards.
 */
final class DryRun {

    private static final AtomicLong RUNS = new AtomicLong();
    private static final Pattern ACTS = Pattern.compile("camel\\.\\w+\\.enabled");

    private final Map<String, Object> beans;

    /** @param beans what routes may name, by name */
    DryRun(Map<String, Object> beans) {
        this.beans = beans;
    }

    /** A policy that is there and does nothing. */
    private static final class NoPolicy extends RoutePolicySupport {}

    /**
     * Makes the routes.
     *
     * @param sound the files to make, by path
     * @param all those whose beans there will be
     */
    List<Finding> check(RouteFiles files, Map<String, RouteFile> sound, Collection<RouteFile> all, Settings settings) {
        Main main = new Main(DryRun.class);
        quiet().forEach(main::addOverrideProperty);
        settings.asProperties().forEach((key, value) -> main.addOverrideProperty(key.toString(), value.toString()));
        main.addOverrideProperty("camel.main.name", "check-" + RUNS.incrementAndGet());
        main.bind(SnapshotResolver.BEAN, new SnapshotResolver(() -> files));
        beans.forEach((name, bean) -> bind(main, name, bean));
        try {
            main.init();
            DefaultCamelContext camel = (DefaultCamelContext) main.getCamelContext();
            // Not started: a component that starts may look whether its server is there.
            camel.init();
            return check(camel, sound, all);
        } finally {
            main.stop();
        }
    }

    private static void bind(Main main, String name, Object bean) {
        if (bean instanceof RoutePolicyFactory) {
            RoutePolicyFactory none = (CamelContext context, String routeId, NamedNode route) -> null;
            main.bind(name, none);
        } else if (bean instanceof RoutePolicy) {
            main.bind(name, new NoPolicy());
        } else if (bean instanceof Component component) {
            main.bind(name, another(component)); // a component belongs to one context
        } else if (!(bean instanceof ResourceResolver) && !(bean instanceof PropertiesSource)) {
            main.bind(name, bean);
        }
    }

    private static Component another(Component component) {
        try {
            return component.getClass().getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "%s needs a constructor without parameters".formatted(component.getClass()), e);
        }
    }

    private List<Finding> check(DefaultCamelContext camel, Map<String, RouteFile> sound, Collection<RouteFile> all) {
        List<Finding> findings = new ArrayList<>();
        Set<String> known = new TreeSet<>(beans.keySet());
        all.forEach(
                file -> file.beans().forEach(bean -> known.add(bean.get("name").text())));
        Endpoints endpoints = new Endpoints(camel, known);
        for (RouteFile file : RouteLoading.inOrder(sound)) {
            List<Finding> own = new ArrayList<>(endpoints.check(file));
            own.addAll(beans(file, known));
            if (own.isEmpty()) {
                try {
                    make(camel, file);
                } catch (Exception e) {
                    own.add(explained(file, e, known));
                }
            }
            findings.addAll(own);
        }
        return findings;
    }

    private static void make(DefaultCamelContext camel, RouteFile file) throws Exception {
        RouteLoading.load(camel, file);
        for (YamlNode route : file.routes()) {
            RouteDefinition definition =
                    camel.getRouteDefinition(route.get("id").text());
            if (definition != null) {
                camel.startRouteDefinitions(List.of(definition));
                ServiceHelper.initService(camel.getRoute(definition.getId()));
            }
        }
    }

    private static List<Finding> beans(RouteFile file, Set<String> known) {
        List<Finding> findings = new ArrayList<>();
        file.content()
                .items()
                .forEach(entry -> entry.scalars((field, scalar) -> {
                    String name = scalar.text();
                    if ("ref".equals(field) && !known.contains(name) && !name.contains("{{")) {
                        findings.add(new Finding(
                                file.shown(),
                                scalar.line(),
                                "there is no bean '%s'".formatted(name),
                                NearestName.of(name, known)
                                        .map("did you mean '%s'?"::formatted)
                                        .orElse(
                                                "it should be declared in this file, as in \"- beans: [{name: %s, type: dev.serai.users.UserRecords}]\""
                                                        .formatted(name))));
                    }
                }));
        return findings;
    }

    private static Finding explained(RouteFile file, Exception e, Set<String> known) {
        String message = Causes.root(e);
        YamlNode named = Causes.named(file.content(), message);
        YamlNode quoted = named == YamlNode.NOTHING ? Causes.named(file.content(), Causes.step(e)) : named;
        int line = quoted == YamlNode.NOTHING ? Math.max(1, file.content().line()) : quoted.line();
        return new Finding(file.shown(), line, "Camel refuses it: " + message, Explanation.of(message, known));
    }

    /** What would act by itself is off. */
    private static Properties quietProperties() {
        Properties file = new Properties();
        try (InputStream in = Objects.requireNonNull(DryRun.class.getResourceAsStream("/application.properties"))) {
            file.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private static Map<String, String> quiet() {
        Map<String, String> off = new TreeMap<>();
        quietProperties().stringPropertyNames().stream()
                .filter(key -> ACTS.matcher(key).matches())
                .forEach(key -> off.put(key, "false"));
        off.put("camel.main.routesIncludePattern", "false");
        off.put("camel.main.autoStartup", "false");
        off.put("camel.main.jmxEnabled", "false");
        off.put("camel.main.shutdownTimeout", "1");
        off.put("camel.component.quartz.autoStartScheduler", "false");
        return off;
    }
}
