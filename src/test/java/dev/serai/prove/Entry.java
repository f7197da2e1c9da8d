package dev.serai.prove;

/**
 * A record wherever it is: at its source, in a table, among the dead letters, in the lake. Immutable.
 *
 * @param key what makes it this record
 * @param content the rest of what has to be equal everywhere
 */
record Entry(String key, String content) {}
