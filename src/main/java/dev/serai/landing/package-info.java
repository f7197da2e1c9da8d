/** Keeps what a source answered, before anything else happens to it, and finds what no load has taken yet. */
@NullMarked
package dev.serai.landing;

import org.jspecify.annotations.NullMarked;
