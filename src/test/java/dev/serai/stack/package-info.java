/**
 * The local stack: real PostgreSQL, MQTT broker, object store and document store in local processes, for tests and for
 * {@code make start} without Docker. Test scope, so none of it can reach the application.
 */
@NullMarked
package dev.serai.stack;

import org.jspecify.annotations.NullMarked;
