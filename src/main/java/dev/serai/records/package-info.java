/** Pipelines that are declared: records described in a file instead of a transform in Java. */
@NullMarked
package dev.serai.records;

import org.jspecify.annotations.NullMarked;
