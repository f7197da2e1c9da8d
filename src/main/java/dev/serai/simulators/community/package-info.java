/** The community source, played: a MongoDB database with users, groups and messages that lives in a time of its own. */
@NullMarked
package dev.serai.simulators.community;

import org.jspecify.annotations.NullMarked;
