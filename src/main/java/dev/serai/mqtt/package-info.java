/** Messages from an MQTT broker, in batches that are acknowledged when they have been processed. */
@NullMarked
package dev.serai.mqtt;

import org.jspecify.annotations.NullMarked;
