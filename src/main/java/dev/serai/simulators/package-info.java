/** The sources, played: HTTP APIs that answer like the real ones and fail on request. */
@NullMarked
package dev.serai.simulators;

import org.jspecify.annotations.NullMarked;
