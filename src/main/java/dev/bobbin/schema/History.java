package dev.bobbin.schema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.bobbin.database.Sql;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Flyway recorded, and the SQL that writes it where Flyway does not: a stamp, a repair, and a dry run's script.
 *
 * @param rows in the order in which they were written
 */
public record History(List<Row> rows) {

    /** Not Flyway's default, which another service in the same schema may use. */
    public static final String TABLE = "bobbin_schema_history";

    private static final String READ =
            """
            select case when version ~ '^[0-9]{1,9}$' then version::int end, description, type, script, checksum,
              to_char(installed_on, 'YYYY-MM-DD"T"HH24:MI:SS'), execution_time, success from %s order by installed_rank""";

    /** As Flyway creates it. */
    private static final String CREATE =
            """
            create table if not exists %1$s (
                installed_rank int not null, version varchar(50), description varchar(200) not null, type varchar(20) not null,
                script varchar(1000) not null, checksum integer, installed_by varchar(100) not null,
                installed_on timestamp not null default now(), execution_time integer not null, success boolean not null,
                constraint %2$s_pk primary key (installed_rank));
            create index if not exists %2$s_s_idx on %1$s (success);""";

    /** The names of migrations have no characters that need to be quoted. */
    private static final String INSERT =
            """
            insert into %1$s (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
            select coalesce(max(installed_rank), 0) + 1, '%2$s', '%3$s', '%4$s', '%5$s', %6$s, current_user, 0, true from %1$s
            having count(*) filter (where version = '%2$s' and success) = 0;""";

    private static final String UPDATE =
            "update %s set checksum = %s, description = '%s', script = '%s' where version = '%s' and type = 'SQL'";

    /**
     * One migration, or one baseline.
     *
     * @param type Flyway's: {@code SQL}, {@code BASELINE}, {@code DELETE}
     * @param installedOn in ISO 8601, in the time zone of the session that wrote it, which Flyway leaves out
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

    static History read(DirectConnection connection, String schema) throws SQLException {
        return new History(connection.all(
                READ.formatted(table(schema)),
                row -> new Row(
                        row.getObject(1, Integer.class),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getObject(5, Integer.class),
                        row.getString(6),
                        row.getInt(7),
                        row.getBoolean(8))));
    }

    /** The newest version that was reached; 0 when none was. */
    public int version() {
        return newest(rows.stream().filter(Row::success));
    }

    private static int newest(Stream<Row> rows) {
        return rows.mapToInt(Row::versionOrZero).max().orElse(0);
    }

    /** The migration that failed and has not been repaired. */
    @Nullable
    Row failed() {
        return rows.stream().filter(row -> !row.success()).findFirst().orElse(null);
    }

    /** The rows of versions that are newer than this build's newest, oldest first. */
    List<Row> newerThan(int newest) {
        return rows.stream()
                .filter(row -> row.versionOrZero() > newest && !row.type().equals("DELETE"))
                .toList();
    }

    /** Where it lists other migrations than this build has; empty when all is as it should be. */
    List<String> contradictions(List<Migration> ours) {
        Stream<String> changed =
                changed(ours).map(migration -> name(migration) + " had another text when it was applied");
        return Stream.concat(changed, missing(ours).stream()).toList();
    }

    /** The contradictions that a {@link #repair} leaves: migrations that were skipped. */
    List<String> missing(List<Migration> ours) {
        int baseline = newest(rows.stream().filter(row -> row.type().equals("BASELINE")));
        return ours.stream()
                .filter(migration -> migration.version() > baseline && migration.version() <= version())
                .filter(migration -> applied(migration).findAny().isEmpty())
                .map(migration -> name(migration) + " is missing in it")
                .toList();
    }

    private static String name(Migration migration) {
        return "version " + migration.version() + " (" + migration.description() + ")";
    }

    private Stream<Migration> changed(List<Migration> ours) {
        return ours.stream().filter(migration -> applied(migration)
                .anyMatch(row -> row.checksum() != null && row.checksum() != migration.checksum()));
    }

    private Stream<Row> applied(Migration migration) {
        return rows.stream()
                .filter(row -> row.success() && row.type().equals("SQL") && row.versionOrZero() == migration.version());
    }

    /** Creates an empty one where there is none. */
    static String create(SchemaTarget target) {
        return CREATE.formatted(table(target.schema()), TABLE);
    }

    /** Begins one at a version. Like {@link #insert}, does nothing where that version is recorded. */
    static String stamp(SchemaTarget target, int version) {
        String byHand = "made by hand";
        return create(target) + "\n"
                + INSERT.formatted(table(target.schema()), version, byHand, "BASELINE", byHand, "null");
    }

    /** Records that a migration was applied. */
    static String insert(SchemaTarget target, Migration migration) {
        String table = table(target.schema());
        return INSERT.formatted(
                table, migration.version(), migration.description(), "SQL", migration.file(), migration.checksum());
    }

    /** Statements that remove failed rows, and give the others this build's texts. */
    List<String> repair(SchemaTarget target, List<Migration> ours) {
        String table = table(target.schema());
        Stream<String> removal =
                failed() == null ? Stream.empty() : Stream.of("delete from " + table + " where not success");
        Stream<String> updates = changed(ours)
                .map(migration -> UPDATE.formatted(
                        table, migration.checksum(), migration.description(), migration.file(), migration.version()));
        return Stream.concat(removal, updates).toList();
    }

    private static String table(String schema) {
        return Sql.quote(schema) + "." + TABLE;
    }
}
