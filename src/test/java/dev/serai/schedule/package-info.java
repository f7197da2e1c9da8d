/** Tests of schedules. */
@NullMarked
package dev.serai.schedule;

import org.jspecify.annotations.NullMarked;
