/**
 * The archive: old rows of a table leave for Parquet objects in S3, with a certificate, and can be queried there or come
 * back. Declared per table by {@link dev.serai.archive.ArchivedTable}.
 */
@NullMarked
package dev.serai.archive;

import org.jspecify.annotations.NullMarked;
