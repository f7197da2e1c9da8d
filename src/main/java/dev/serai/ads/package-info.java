/** The transform of the ads pipeline. */
@NullMarked
package dev.serai.ads;

import org.jspecify.annotations.NullMarked;
