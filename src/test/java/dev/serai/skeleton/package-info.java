/** Tests of {@code dev.serai.skeleton}. */
@NullMarked
package dev.serai.skeleton;

import org.jspecify.annotations.NullMarked;
