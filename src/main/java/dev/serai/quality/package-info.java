/**
 * Can the data be trusted? Checks that dataset files declare, each one query, and what they found in
 * {@code ops.quality_result}, with the sentence a person would say.
 */
@NullMarked
package dev.serai.quality;

import org.jspecify.annotations.NullMarked;
