/** Measures whole pipelines, each in one run beside the least that any program would have to do. Run by {@code make bench}. */
@NullMarked
package dev.serai.bench;

import org.jspecify.annotations.NullMarked;
