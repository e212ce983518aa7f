package dev.bobbin.database.migration;

import dev.bobbin.database.catalog.Sql;
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
 * What Flyway wrote down of what it did here.
 *
 * @param table the one that holds it
 * @param rows in the order in which they were written
 */
public record History(String table, List<Row> rows) {

    /** Not Flyway's default, which another service in the same schema may use. */
    public static final String TABLE = "bobbin_schema_history";

    /** Before the first release it was Flyway's default. */
    static final String FORMER_TABLE = "flyway_schema_history";

    /**
     * One migration, or one stamp.
     *
     * @param version null where the row is of no version, as for the making of a schema
     * @param type Flyway's: {@code SQL}, {@code BASELINE}, {@code DELETE}
     * @param installedOn in the time zone of the session that wrote it, which Flyway leaves out
     * @param millis how long it took
     */
    public record Row(
            @Nullable Integer version,
            String description,
            String type,
            String script,
            @Nullable Integer checksum,
            LocalDateTime installedOn,
            int millis,
            boolean success) {

        boolean isStamp() {
            return type.equals("BASELINE");
        }
    }

    static History read(Connection connection, SchemaTarget target, String table) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "select version, description, type, script, checksum, installed_on, execution_time, success from "
                                + Sql.quote(target.schema()) + "." + table + " order by installed_rank")) {
            while (result.next()) {
                rows.add(row(result));
            }
        }
        return new History(table, List.copyOf(rows));
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
                result.getObject("installed_on", LocalDateTime.class),
                result.getInt("execution_time"),
                result.getBoolean("success"));
    }

    /** Whether it still has the name that it had before the first release. */
    boolean isFormer() {
        return !table.equals(TABLE);
    }

    /** The newest version that is here; 0 when none is. */
    public int version() {
        return rows.stream()
                .filter(Row::success)
                .mapToInt(row -> row.version() == null ? 0 : row.version())
                .max()
                .orElse(0);
    }

    /** The migration that failed, and that nobody has repaired yet. */
    Optional<Row> failed() {
        return rows.stream().filter(row -> !row.success()).findFirst();
    }

    /** Whether these rows are of our migrations, and not of another service that uses Flyway. */
    boolean isOf(List<Migration> ours) {
        String first = ours.get(0).file();
        return rows.stream().anyMatch(row -> row.script().equals(first));
    }

    /** The versions that are newer than this build's newest, oldest first. */
    List<Row> newerThan(int newest) {
        return rows.stream()
                .filter(row -> row.version() != null
                        && row.version() > newest
                        && !row.type().equals("DELETE"))
                .toList();
    }

    /** Where the history tells of other migrations than this build has; empty when all is as it should be. */
    List<String> contradictions(List<Migration> ours) {
        List<String> found = new ArrayList<>();
        int stamped = rows.stream()
                .filter(Row::isStamp)
                .mapToInt(row -> row.version() == null ? 0 : row.version())
                .max()
                .orElse(0);
        for (Migration migration : ours) {
            if (migration.version() <= stamped || migration.version() > version()) {
                continue;
            }
            if (applied(migration).isEmpty()) {
                found.add("version " + migration.version() + " (" + migration.description() + ") is missing in it");
            } else if (differsFrom(migration)) {
                found.add("version " + migration.version() + " (" + migration.description()
                        + ") had another text when it was applied");
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
                .filter(row -> row.version() != null && row.version() == migration.version())
                .findFirst();
    }
}
