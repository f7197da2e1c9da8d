/** The community pipeline against a server of its own. */
@NullMarked
package dev.serai.community;

import org.jspecify.annotations.NullMarked;
