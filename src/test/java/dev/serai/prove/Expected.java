package dev.serai.prove;

import java.util.Map;
import java.util.Set;

/**
 * What a journal says of one pipeline.
 *
 * @param sent every record that was sent, by its key
 * @param acknowledged keys of those whose source knows that they have arrived
 * @param poison keys of those that no table can take
 * @param deleted keys of those that are gone at their source
 */
record Expected(Map<String, String> sent, Set<String> acknowledged, Set<String> poison, Set<String> deleted) {}
