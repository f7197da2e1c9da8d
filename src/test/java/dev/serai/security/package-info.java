/** What somebody would try who does not belong here, and what comes of it. */
@NullMarked
package dev.serai.security;

import org.jspecify.annotations.NullMarked;
