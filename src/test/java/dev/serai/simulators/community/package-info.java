/** The community source, played into the stack's document store. */
@NullMarked
package dev.serai.simulators.community;

import org.jspecify.annotations.NullMarked;
