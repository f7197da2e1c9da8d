/** Loads a range of the landing again, beside the table in use, and compares. */
@NullMarked
package dev.serai.rebuild;

import org.jspecify.annotations.NullMarked;
