/** The catalogue: what data there are, where they come from and who runs what, from files, database and ledger. */
@NullMarked
package dev.serai.catalogue;

import org.jspecify.annotations.NullMarked;
