/** Whom to trust, and what to show, when a connection is encrypted. */
@NullMarked
package dev.serai.tls;

import org.jspecify.annotations.NullMarked;
