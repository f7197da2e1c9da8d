/** Readings of sensors: what a message says, and the raw messages in S3. */
@NullMarked
package dev.serai.sensors;

import org.jspecify.annotations.NullMarked;
