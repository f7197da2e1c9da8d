/** Tests of readings of sensors. */
@NullMarked
package dev.serai.sensors;

import org.jspecify.annotations.NullMarked;
