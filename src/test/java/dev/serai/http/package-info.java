/** Tests of {@code dev.serai.http}. */
@NullMarked
package dev.serai.http;

import org.jspecify.annotations.NullMarked;
