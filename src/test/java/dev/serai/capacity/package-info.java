/** How much a plant of brokers, nodes and databases carries, and what it costs: the figures of docs/design-at-scale.md. */
@NullMarked
package dev.serai.capacity;

import org.jspecify.annotations.NullMarked;
