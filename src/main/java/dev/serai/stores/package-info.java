/** Connections to PostgreSQL and S3. */
@NullMarked
package dev.serai.stores;

import org.jspecify.annotations.NullMarked;
