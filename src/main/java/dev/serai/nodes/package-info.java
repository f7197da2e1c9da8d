/**
 * Several processes on one set of stores: which of them are alive, and which one holds what only one may do at a time.
 * docs/decisions/0021 and 0022 say why so.
 */
@NullMarked
package dev.serai.nodes;

import org.jspecify.annotations.NullMarked;
