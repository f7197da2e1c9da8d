/** Tests of the catalogue. */
@NullMarked
package dev.serai.catalogue;

import org.jspecify.annotations.NullMarked;
