/** Tests of the users pipeline. */
@NullMarked
package dev.serai.users;

import org.jspecify.annotations.NullMarked;
