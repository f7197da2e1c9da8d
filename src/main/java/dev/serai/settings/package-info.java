/** Reads and checks the settings: defaults from application.properties, overridden by the environment. */
@NullMarked
package dev.serai.settings;

import org.jspecify.annotations.NullMarked;
