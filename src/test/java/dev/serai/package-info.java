/** Tests of the application as a whole, on real local servers. */
@NullMarked
package dev.serai;

import org.jspecify.annotations.NullMarked;
