/** Tests of {@code dev.serai.records}. */
@NullMarked
package dev.serai.records;

import org.jspecify.annotations.NullMarked;
