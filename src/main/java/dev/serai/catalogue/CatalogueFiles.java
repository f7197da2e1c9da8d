package dev.serai.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import dev.serai.reload.AppliedFiles;
import dev.serai.reload.RouteFiles;
import dev.serai.settings.Settings;
import dev.serai.stores.Postgres;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/**
 * {@code catalogue DIRECTORY}: writes the catalogue as files.
 *
 * <p>{@code index.html} (needs nothing else), {@code catalogue.json}, {@code odcs/<table>.odcs.yaml} and
 * {@code datapackage.json}. Reads the files in {@code routes/} as they are now and PostgreSQL. Exit codes: 0 done, 1 failed
 * with the reason.
 */
public final class CatalogueFiles {

    /** Settings without which it does not work. */
    public static final List<String> REQUIRED = List.of("postgres.password");

    private static final ObjectMapper JSON = new ObjectMapper();

    private CatalogueFiles() {}

    /** Writes all and says where. */
    public static int write(Settings settings, List<String> words, PrintStream out) throws IOException {
        Path directory = Path.of(words.isEmpty() ? "target/catalogue" : words.get(0));
        RouteFiles routes = RouteFiles.atStart(Path.of(settings.text("routes.directory")));
        try (HikariDataSource postgres = Postgres.pipelines(settings)) {
            JsonNode catalogue = new Catalogue(new AppliedFiles(routes, settings), postgres, Clock.systemUTC()).read();
            write(
                    catalogue,
                    settings.text("postgres.url").replaceFirst("^jdbc:", "").replaceFirst("\\?.*", ""),
                    directory);
            out.printf(
                    "%d datasets: %s%n",
                    catalogue.get("rows").size(),
                    directory.resolve("index.html").toAbsolutePath());
            return 0;
        } catch (SQLException e) {
            out.printf("PostgreSQL at %s cannot be asked: %s%n", settings.text("postgres.url"), e.getMessage());
            return 1;
        }
    }

    private static void write(JsonNode catalogue, String database, Path directory) throws IOException {
        Path contracts = Files.createDirectories(directory.resolve("odcs"));
        Files.writeString(directory.resolve("index.html"), CataloguePage.of(catalogue));
        Files.writeString(directory.resolve("catalogue.json"), pretty(catalogue));
        Files.writeString(directory.resolve("datapackage.json"), pretty(DataPackage.of(catalogue, database)));
        for (JsonNode row : catalogue.get("rows")) {
            Files.writeString(contracts.resolve(row.get("dataset").asText() + ".odcs.yaml"), OdcsContract.yaml(row));
        }
    }

    private static String pretty(JsonNode node) throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    }
}
