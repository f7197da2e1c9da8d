/** Erases a person from tables, dead letters, messages of the book and raw objects, and again after a restore. */
@NullMarked
package dev.serai.forget;

import org.jspecify.annotations.NullMarked;
