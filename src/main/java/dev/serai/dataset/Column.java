package dev.serai.dataset;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A column of a dataset, as its file describes it. Immutable.
 *
 * @param line where it stands in the file
 * @param logicalType string, integer, number, boolean, date, timestamp, time, object or array
 * @param physicalType as PostgreSQL names it: {@code timestamp with time zone}
 * @param description what it means; the COMMENT in PostgreSQL
 * @param unit of its values; empty if they have none
 * @param required whether it always has a value
 * @param unique whether no value is there twice
 * @param primaryKey whether it is part of the key
 * @param classification how sensitive it is: public, internal, personal
 * @param allowedValues all that there may be; empty if that is not a matter of a list
 * @param options {@code minimum}, {@code maximum}, {@code pattern} and the like, in the words of ODCS
 */
public record Column(
        int line,
        String name,
        String logicalType,
        String physicalType,
        String description,
        String unit,
        boolean required,
        boolean unique,
        boolean primaryKey,
        String classification,
        List<String> allowedValues,
        Map<String, @Nullable Object> options) {}
