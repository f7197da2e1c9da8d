/** What tells other programs how the hub is: metrics, and the health of stores and sources. */
@NullMarked
package dev.serai.observe;

import org.jspecify.annotations.NullMarked;
