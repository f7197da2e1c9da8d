/** The community pipeline: what is read of MongoDB and when, and the transform of documents into rows. */
@NullMarked
package dev.serai.community;

import org.jspecify.annotations.NullMarked;
