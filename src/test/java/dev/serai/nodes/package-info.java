/** Tests of several processes on one set of stores. */
@NullMarked
package dev.serai.nodes;

import org.jspecify.annotations.NullMarked;
