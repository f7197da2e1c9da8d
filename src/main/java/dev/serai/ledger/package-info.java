/** The book: runs, their counts and outcomes, and the dead letters. */
@NullMarked
package dev.serai.ledger;

import org.jspecify.annotations.NullMarked;
