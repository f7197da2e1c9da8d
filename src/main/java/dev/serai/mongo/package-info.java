/** Reading collections of MongoDB: in order, within bounds, by content. Knows nothing of what is in them. */
@NullMarked
package dev.serai.mongo;

import org.jspecify.annotations.NullMarked;
