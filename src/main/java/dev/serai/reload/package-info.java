/** Checks the route files, and puts changed ones to work while everything runs. */
@NullMarked
package dev.serai.reload;

import org.jspecify.annotations.NullMarked;
