/** Tests of checking and changing routes. */
@NullMarked
package dev.serai.reload;

import org.jspecify.annotations.NullMarked;
