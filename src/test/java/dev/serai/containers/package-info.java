/** What can be said about the files in {@code docker/} and {@code compose.yaml} without running a container. */
@NullMarked
package dev.serai.containers;

import org.jspecify.annotations.NullMarked;
