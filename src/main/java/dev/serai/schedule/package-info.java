/** Schedules of pipelines: when they fire next, runs that were missed, and pauses that outlive the process. */
@NullMarked
package dev.serai.schedule;

import org.jspecify.annotations.NullMarked;
