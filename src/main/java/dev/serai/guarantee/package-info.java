/** What is guaranteed for each pipeline, by which key, and how long an outage of each store it survives. */
@NullMarked
package dev.serai.guarantee;

import org.jspecify.annotations.NullMarked;
