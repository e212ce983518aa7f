package dev.bobbin.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.database.Sql;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Flyway recorded.
 *
 * @param rows in the order in which they were written
 */
public record History(List<Row> rows) {

    /** Not Flyway's default, which another service in the same schema may use. */
    public static final String TABLE = "bobbin_schema_history";

    /**
     * One migration, or one baseline.
     *
     * @param version null where the row is of no version, as for the creation of a schema
     * @param type Flyway's: {@code SQL}, {@code BASELINE}, {@code DELETE}
     * @param installedOn in ISO 8601, in the time zone of the session that wrote it, which Flyway leaves out
     * @param milliseconds how long it took
     */
    @RegisterForReflection
    public record Row(
            @Nullable Integer version,
            String description,
            String type,
            @JsonIgnore String script,
            @JsonIgnore @Nullable Integer checksum,
            String installedOn,
            int milliseconds,
            boolean success) {

        int versionOrZero() {
            return version == null ? 0 : version;
        }
    }

    static History read(Connection connection, String schema) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "select version, description, type, script, checksum, installed_on, execution_time, success from "
                                + Sql.quote(schema) + "." + TABLE + " order by installed_rank")) {
            while (result.next()) {
                rows.add(row(result));
            }
        }
        return new History(List.copyOf(rows));
    }

    private static Row row(ResultSet result) throws SQLException {
        String version = result.getString("version");
        int checksum = result.getInt("checksum");
        Integer noted = result.wasNull() ? null : (Integer) checksum;
        return new Row(
                version == null || !version.matches("\\d{1,9}") ? null : Integer.valueOf(version),
                result.getString("description"),
                result.getString("type"),
                result.getString("script"),
                noted,
                result.getObject("installed_on", LocalDateTime.class)
                        .withNano(0)
                        .toString(),
                result.getInt("execution_time"),
                result.getBoolean("success"));
    }

    /** The newest version that was reached; 0 when none was. */
    public int version() {
        return rows.stream()
                .filter(Row::success)
                .mapToInt(Row::versionOrZero)
                .max()
                .orElse(0);
    }

    /** The migration that failed and has not been repaired. */
    Optional<Row> failed() {
        return rows.stream().filter(row -> !row.success()).findFirst();
    }

    /** Where the history begins when it did not begin with nothing; 0 otherwise. */
    int baseline() {
        return rows.stream()
                .filter(row -> row.type().equals("BASELINE"))
                .mapToInt(Row::versionOrZero)
                .max()
                .orElse(0);
    }

    /** The versions that are newer than this build's newest, oldest first. */
    List<Row> newerThan(int newest) {
        return rows.stream()
                .filter(row -> row.versionOrZero() > newest && !row.type().equals("DELETE"))
                .toList();
    }

    /** Where the history lists other migrations than this build has; empty when all is as it should be. */
    List<String> contradictions(List<Migration> ours) {
        List<String> found = new ArrayList<>();
        for (Migration migration : ours) {
            if (migration.version() <= baseline() || migration.version() > version()) {
                continue;
            }
            String which = "version " + migration.version() + " (" + migration.description() + ")";
            if (applied(migration).isEmpty()) {
                found.add(which + " is missing in it");
            } else if (differsFrom(migration)) {
                found.add(which + " had another text when it was applied");
            }
        }
        return found;
    }

    /** Whether the migration was applied with another text. */
    boolean differsFrom(Migration migration) {
        return applied(migration)
                .filter(row -> row.checksum() != null && row.checksum() != migration.checksum())
                .isPresent();
    }

    private Optional<Row> applied(Migration migration) {
        return rows.stream()
                .filter(row -> row.success() && row.type().equals("SQL"))
                .filter(row -> row.versionOrZero() == migration.version())
                .findFirst();
    }
}
