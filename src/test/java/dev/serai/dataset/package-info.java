/** Tests of the descriptions of datasets. */
@NullMarked
package dev.serai.dataset;

import org.jspecify.annotations.NullMarked;
