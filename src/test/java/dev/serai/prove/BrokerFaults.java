package dev.serai.prove;

import static dev.serai.prove.Fault.Place.BROKER;

import java.util.List;

/** The broker, and the way to it. */
final class BrokerFaults {

    private BrokerFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.of(
                        BROKER,
                        "broker-killed",
                        "kill -9 of the broker, then a start",
                        (site, random) -> site.broker.kill(),
                        (site, random) -> site.broker.start()),
                Fault.of(
                        BROKER,
                        "broker-restarted",
                        "the broker is asked to end, then a start",
                        (site, random) -> site.broker.stop(),
                        (site, random) -> site.broker.start()),
                Fault.of(
                        BROKER,
                        "broker-cut",
                        "no connection to the broker",
                        (site, random) -> site.toBroker.cut(),
                        (site, random) -> site.toBroker.heal()),
                Fault.of(
                        BROKER,
                        "broker-slow",
                        "every packet to and from the broker takes 40 ms longer",
                        (site, random) -> site.toBroker.slow(),
                        (site, random) -> site.toBroker.heal()),
                Fault.of(
                        BROKER,
                        "broker-hanging",
                        "connections to the broker stand and carry nothing",
                        (site, random) -> site.toBroker.hang(),
                        (site, random) -> site.toBroker.heal()));
    }
}
