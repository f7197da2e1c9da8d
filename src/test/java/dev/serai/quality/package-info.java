/** Checks of every kind on a real PostgreSQL, their score, and the drill that injects faults. */
@NullMarked
package dev.serai.quality;

import org.jspecify.annotations.NullMarked;
