/** What stands between the application and a store in tests, and goes wrong at a named point. */
@NullMarked
package dev.serai.faults;

import org.jspecify.annotations.NullMarked;
