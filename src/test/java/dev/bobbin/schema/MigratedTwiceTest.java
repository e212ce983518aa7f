package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A migration that runs a second time changes nothing: no definition, no row, not even where a row is stored. */
@Tag("postgres")
class MigratedTwiceTest {

    /** Object ids are left out but for files: a table or index that is written anew has another one. */
    private static final List<String> EVERYTHING = List.of(
            """
            select c.relname, c.relkind, c.relfilenode, c.relpersistence, c.reloptions, pg_get_expr(c.relpartbound, c.oid)
            from pg_class c where c.relnamespace = 'public'::regnamespace order by 1""",
            """
            select a.attrelid::regclass, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                a.attcollation::regcollation, a.attisdropped, pg_get_expr(d.adbin, d.adrelid)
            from pg_attribute a join pg_class c on c.oid = a.attrelid
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where c.relnamespace = 'public'::regnamespace order by 1, 2""",
            "select conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) from pg_constraint"
                    + " where connamespace = 'public'::regnamespace order by 1, 2",
            "select indexrelid::regclass, indisvalid, pg_get_indexdef(indexrelid) from pg_index where indrelid::regclass::text"
                    + " !~ '^pg_' order by 1",
            "select stxname, pg_get_statisticsobjdef(oid) from pg_statistic_ext order by 1",
            "select proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace order by 1",
            "select ctid, xmin, t from threads t order by 1",
            "select ctid, xmin, t from thread_items t order by 1");

    private static final String BY_HAND =
            """
            create table threads (id varchar(100) not null, created_at timestamp, metadata json, note text default 'x',
              constraint my_key primary key (id));
            create table thread_items (id varchar(100), thread_id varchar(100), type varchar(20), role varchar(20),
              content text, created_at timestamp default now(), primary key (id),
              constraint my_link foreign key (thread_id) references threads);
            create index my_index on thread_items (thread_id, created_at);
            insert into threads (id, created_at, metadata) values ('a', '2025-01-01', '{"title":"A"}'), ('b', null, null);
            insert into thread_items (id, thread_id, type, role, content) values ('1', 'a', 'message', 'user', 'Hi'),
              ('2', 'a', null, 'assistant', null), ('3', null, 'x', 'system', 'Hm');""";

    @ParameterizedTest
    @ValueSource(strings = {"", BY_HAND})
    void theSecondTimeChangesNothing(String before) throws Exception {
        String url = TestDatabase.get().freshDatabase();
        try (Connection connection = TestDatabase.get().connect(url)) {
            run(connection, "select set_config('bobbin.adopting_owner', 'local/dev', false);" + before);
            for (Migration migration : Migrations.ours()) {
                String sql = migration.sql();
                List<String> old = before.isEmpty() && migration.version() == 1 ? List.of() : everything(connection);
                run(connection, sql);
                List<String> first = everything(connection);
                run(connection, sql);
                assertThat(everything(connection)).as(migration.file()).isEqualTo(first);
                // a first time that did nothing would prove nothing; V1 may, where the tables are there already
                if (migration.version() != 1 || before.isEmpty()) {
                    assertThat(first).as(migration.file()).isNotEqualTo(old);
                }
            }
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
        connection.commit();
    }

    private static List<String> everything(Connection connection) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (var statement = connection.createStatement()) {
            for (String query : EVERYTHING) {
                try (var rows = statement.executeQuery(query)) {
                    while (rows.next()) {
                        StringBuilder line = new StringBuilder();
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            line.append(rows.getString(i)).append('|');
                        }
                        lines.add(line.toString());
                    }
                }
            }
        }
        connection.commit();
        return lines;
    }
}
