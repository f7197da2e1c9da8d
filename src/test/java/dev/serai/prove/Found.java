package dev.serai.prove;

import java.util.List;
import java.util.Set;

/**
 * What is there of one pipeline.
 *
 * @param rows of the table and of its archive
 * @param letters dead letters
 * @param raw what the lake keeps, each once
 */
record Found(List<Entry> rows, List<Entry> letters, Set<Entry> raw) {}
