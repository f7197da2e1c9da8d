/** What is guaranteed, against routes, indexes and states made by hand. */
@NullMarked
package dev.serai.guarantee;

import org.jspecify.annotations.NullMarked;
