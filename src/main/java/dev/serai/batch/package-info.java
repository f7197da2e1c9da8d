/** Turns landed bytes into the rows and rejected records of one load, whatever the pipeline. */
@NullMarked
package dev.serai.batch;

import org.jspecify.annotations.NullMarked;
