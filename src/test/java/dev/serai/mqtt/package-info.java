/** Tests of the consumer against real brokers. */
@NullMarked
package dev.serai.mqtt;

import org.jspecify.annotations.NullMarked;
