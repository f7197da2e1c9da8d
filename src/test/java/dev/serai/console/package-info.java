/** Tests of the page: its files, its answers, and what a browser makes of them. */
@NullMarked
package dev.serai.console;

import org.jspecify.annotations.NullMarked;
