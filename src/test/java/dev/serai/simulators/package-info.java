/** The simulators, called over HTTP as the pipelines call them. */
@NullMarked
package dev.serai.simulators;

import org.jspecify.annotations.NullMarked;
