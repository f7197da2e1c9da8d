/** Writes the files of a new pipeline. */
@NullMarked
package dev.serai.skeleton;

import org.jspecify.annotations.NullMarked;
