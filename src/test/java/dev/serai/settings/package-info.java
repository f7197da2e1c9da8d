/** Tests of {@code dev.serai.settings}. */
@NullMarked
package dev.serai.settings;

import org.jspecify.annotations.NullMarked;
