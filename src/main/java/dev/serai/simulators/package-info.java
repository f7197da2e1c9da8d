/**
 * The sources, played: HTTP APIs that answer, a document store that fills, sensors that publish like the real ones; they fail
 * on request.
 */
@NullMarked
package dev.serai.simulators;

import org.jspecify.annotations.NullMarked;
