package dev.serai.reload;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds schedules that leave to chance in which time zone they are, or whether their runs overlap. Pure. */
final class ScheduleCheck {

    private static final Map<String, String> NEEDED = Map.of(
            "stateful",
                    "\"stateful: 'true'\" lets no run begin before the last one has ended; 'false' lets them overlap",
            "trigger.timeZone", "the machine's own may be another one tomorrow; for example \"trigger.timeZone: UTC\"");

    private static final Set<String> CATCH_UP = Set.of("1", "2", "-1");

    private ScheduleCheck() {}

    static List<Finding> check(Collection<RouteFile> files) {
        List<Finding> findings = new ArrayList<>();
        for (RouteFile file : files) {
            for (YamlNode route : file.routes()) {
                if (RouteFile.uri(route).startsWith("quartz:")) {
                    check(file, route.get("from"), findings);
                }
            }
        }
        return findings;
    }

    private static void check(RouteFile file, YamlNode from, List<Finding> findings) {
        YamlNode parameters = from.get("parameters");
        NEEDED.forEach((option, remedy) -> {
            if (!parameters.has(option)) {
                findings.add(new Finding(
                        file.shown(),
                        from.line("parameters"),
                        "the schedule does not say '%s'".formatted(option),
                        remedy));
            }
        });
        String zone = parameters.get("trigger.timeZone").text();
        if (!zone.isEmpty()
                && !zone.contains("{{")
                && !ZoneId.getAvailableZoneIds().contains(zone)) {
            // Java takes what it does not know for GMT.
            findings.add(new Finding(
                    file.shown(),
                    parameters.line("trigger.timeZone"),
                    "there is no time zone '%s'".formatted(zone),
                    "for example UTC or Europe/Zurich"));
        }
        String instruction = parameters.get("trigger.misfireInstruction").text();
        if (!instruction.isEmpty() && !instruction.contains("{{") && !CATCH_UP.contains(instruction)) {
            findings.add(new Finding(
                    file.shown(),
                    parameters.line("trigger.misfireInstruction"),
                    "'trigger.misfireInstruction' cannot be \"%s\"".formatted(instruction),
                    "missed runs are caught up once with 1, not at all with 2, all of them with -1"));
        }
    }
}
