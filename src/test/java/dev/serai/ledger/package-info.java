/** Tests of {@code dev.serai.ledger}. */
@NullMarked
package dev.serai.ledger;

import org.jspecify.annotations.NullMarked;
