/** Tests of the archive against the real local PostgreSQL and S3. */
@NullMarked
package dev.serai.archive;

import org.jspecify.annotations.NullMarked;
