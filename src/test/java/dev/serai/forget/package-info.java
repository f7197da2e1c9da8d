/** Tests of erasing a person. */
@NullMarked
package dev.serai.forget;

import org.jspecify.annotations.NullMarked;
