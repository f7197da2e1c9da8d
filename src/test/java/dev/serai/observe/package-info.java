/** Tests of metrics, health and log lines. */
@NullMarked
package dev.serai.observe;

import org.jspecify.annotations.NullMarked;
