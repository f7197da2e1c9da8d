package dev.serai.simulators;

/**
 * What a sensor publishes. Immutable.
 *
 * @param payload the message; sent as UTF-8
 */
record SensorMessage(String topic, String payload) {}
