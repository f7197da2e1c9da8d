/** Tests of the rebuild. */
@NullMarked
package dev.serai.rebuild;

import org.jspecify.annotations.NullMarked;
