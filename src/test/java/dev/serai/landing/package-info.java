/** Tests of {@code dev.serai.landing}. */
@NullMarked
package dev.serai.landing;

import org.jspecify.annotations.NullMarked;
