/** Tests of {@code dev.serai.console}. */
@NullMarked
package dev.serai.console;

import org.jspecify.annotations.NullMarked;
