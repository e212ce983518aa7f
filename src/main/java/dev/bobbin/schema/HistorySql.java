package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import java.util.ArrayList;
import java.util.List;

/** What is written into a history where Flyway does not write it: a stamp, a repair, and the script of a dry run. */
final class HistorySql {

    /** Flyway's own table, in lower case. */
    private static final String TABLE =
            """
            create table if not exists %1$s (
                installed_rank int not null, version varchar(50), description varchar(200) not null, type varchar(20) not null,
                script varchar(1000) not null, checksum integer, installed_by varchar(100) not null,
                installed_on timestamp not null default now(), execution_time integer not null, success boolean not null,
                constraint %2$s_pk primary key (installed_rank));
            create index if not exists %2$s_s_idx on %1$s (success);""";

    private static final String ROW =
            """
            insert into %1$s (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
            select coalesce(max(installed_rank), 0) + 1, '%2$s', %3$s, '%4$s', %5$s, %6$s, current_user, 0, true from %1$s
            having count(*) filter (where version = '%2$s' and success) = 0;""";

    private final String table;

    HistorySql(SchemaTarget target) {
        this.table = Sql.quote(target.schema()) + "." + History.TABLE;
    }

    String table() {
        return TABLE.formatted(table, History.TABLE);
    }

    /** A history that begins at a version, in one transaction; nothing where it does already. */
    String stamp(int version) {
        String name = Sql.literal("made by hand");
        return table() + "\n" + ROW.formatted(table, version, name, "BASELINE", name, "null");
    }

    /** What brings a history into step with the schema: failed rows go, and texts are this build's. */
    List<String> repair(History history, List<Migration> migrations) {
        List<String> plan = new ArrayList<>();
        if (history.failed().isPresent()) {
            plan.add("delete from " + table + " where not success");
        }
        for (Migration migration : migrations) {
            if (history.differsFrom(migration)) {
                plan.add("update " + table + " set checksum = " + migration.checksum() + ", description = "
                        + Sql.literal(migration.description()) + ", script = " + Sql.literal(migration.file())
                        + " where version = '" + migration.version() + "' and type = 'SQL'");
            }
        }
        return plan;
    }

    /** That a migration was applied. */
    String row(Migration migration) {
        return ROW.formatted(
                table,
                migration.version(),
                Sql.literal(migration.description()),
                "SQL",
                Sql.literal(migration.file()),
                migration.checksum());
    }
}
