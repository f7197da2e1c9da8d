package dev.serai.dataset;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table or view that people use, as its file describes it. Immutable.
 *
 * @param id unique among all; the name of the table or view with its schema
 * @param file as a person would open it: {@code routes/users/users.profile.dataset.yaml}
 * @param pipeline the folder the file is in
 * @param title for a heading: Users
 * @param version of the description, as in 1.0.0
 * @param status proposed, draft, active, deprecated or retired
 * @param purpose what the data are for
 * @param usage how to use them; empty if nothing is to be said
 * @param limitations what they are not; empty if nothing is to be said
 * @param owner who answers for them
 * @param source where they come from, in words
 * @param schedule when they come: a Quartz cron expression, a setting in double braces that holds one, or words
 * @param freshness how old the newest row may be; null if nothing is promised
 * @param table with its schema: {@code users.profile}
 * @param view whether it is a view
 * @param description what it is; the COMMENT in PostgreSQL
 * @param oneRowIs what one row stands for
 * @param columns in the order of the file
 * @param checks in the order of the file, those of a column included
 */
public record Dataset(
        String id,
        String file,
        String pipeline,
        String title,
        String version,
        String status,
        String purpose,
        String usage,
        String limitations,
        String owner,
        String source,
        String schedule,
        @Nullable Duration freshness,
        String table,
        boolean view,
        String description,
        String oneRowIs,
        List<Column> columns,
        List<CheckSource> checks) {

    public Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** The columns that together tell a row from every other, in order; empty if there are none. */
    public List<String> key() {
        return columns.stream().filter(Column::primaryKey).map(Column::name).toList();
    }
}
