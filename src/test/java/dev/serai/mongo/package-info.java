/** Tests of reading MongoDB that need no server. */
@NullMarked
package dev.serai.mongo;

import org.jspecify.annotations.NullMarked;
