/** Tests of {@code dev.serai.batch}. */
@NullMarked
package dev.serai.batch;

import org.jspecify.annotations.NullMarked;
