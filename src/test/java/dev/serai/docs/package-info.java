/** The documents: the parts that are generated, and the tests that what they say is still so. */
@NullMarked
package dev.serai.docs;

import org.jspecify.annotations.NullMarked;
