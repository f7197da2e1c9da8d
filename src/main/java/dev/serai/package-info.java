/** The application's entry points. */
@NullMarked
package dev.serai;

import org.jspecify.annotations.NullMarked;
