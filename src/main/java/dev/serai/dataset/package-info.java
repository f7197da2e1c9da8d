/**
 * What the data are: the files {@code routes/<pipeline>/<name>.dataset.yaml}, one for each table and view people use.
 *
 * <p>The format is the Open Data Contract Standard 3.1, with words of our own only where it has none: {@code source},
 * {@code unit}, {@code allowedValues}.
 */
@NullMarked
package dev.serai.dataset;

import org.jspecify.annotations.NullMarked;
