/** Proves that nothing is lost: faults are injected into a throw-away plant under load, and everything is compared. {@code make prove} */
@NullMarked
package dev.serai.prove;

import org.jspecify.annotations.NullMarked;
