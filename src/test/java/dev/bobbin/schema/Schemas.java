package dev.bobbin.schema;

import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.support.TestDatabase;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the tests of migrations share: targets as a configuration makes them, and what stands in a database. */
final class Schemas {

    /** Version 1 as people make it. */
    static final String MADE_BY_HAND =
            """
            create table threads (id varchar(100) primary key, created_at timestamptz not null default now(), metadata jsonb);
            create table thread_items (id varchar(100) primary key,
              thread_id varchar(100) not null references threads (id) on delete cascade, type varchar(20), role varchar(20),
              content text, created_at timestamptz not null default now());
            """;

    static final SchemaState UP_TO_DATE = SchemaState.ready(SchemaState.Condition.UP_TO_DATE, List.of());

    private Schemas() {}

    static SchemaTarget target(String url, String... keysAndValues) {
        Map<String, String> properties = new HashMap<>(Map.of("DATABASE_URL", url));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(DatabaseConfig.class)
                .withDefaultValues(properties)
                .build();
        DatabaseConfig settings = config.getConfigMapping(DatabaseConfig.class);
        return SchemaTarget.of(new Database(config, settings, null), settings);
    }

    static DirectConnection direct(Connection connection) {
        return new DirectConnection(connection, Duration.ZERO, 1);
    }

    /** Our migrations, and those of a build that comes after this one. */
    static List<Migration> newer() {
        List<Migration> migrations = new ArrayList<>(Migrations.ours());
        migrations.addAll(Scripts.migrations(Path.of("src", "test", "resources", "db", "newer")));
        return migrations;
    }

    /** Many rows of version 1. */
    static String many(int threads, int itemsOfEach) {
        return MADE_BY_HAND
                + """
                insert into threads select 'thr_' || t, timestamptz '2025-01-01Z' + t * interval '1 minute',
                  jsonb_build_object('title', 'Talk ' || t) from generate_series(1, %1$d) t;
                insert into thread_items select 'msg_' || t || '_' || i, 'thr_' || t, 'message',
                  case i %% 2 when 0 then 'assistant' else 'user' end, 'What was said ' || repeat(md5(t || '.' || i), 6),
                  timestamptz '2025-01-01Z' + t * interval '1 minute' + i * interval '1 second'
                  from generate_series(1, %1$d) t, generate_series(1, %2$d) i;
                """
                        .formatted(threads, itemsOfEach);
    }

    /** A number that changes with any row of version 1: what was made by hand, whatever was added to it. */
    static String fingerprint(String url) {
        return String.join(
                " ",
                query(
                        url,
                        "select concat_ws(' ', count(*), sum(hashtextextended(concat_ws('|', id, extract(epoch from created_at),"
                                + " metadata::text), 0)::numeric)) from threads union all select concat_ws(' ', count(*),"
                                + " sum(hashtextextended(concat_ws('|', id, thread_id, content, extract(epoch from created_at)),"
                                + " 0)::numeric)) from thread_items"));
    }

    static Migrator migrator(SchemaTarget target) {
        return new Migrator(target, Migrations.ours(), progress -> {});
    }

    static SchemaInspection inspection(SchemaTarget target) {
        return DirectConnection.ask(
                target, progress -> {}, connection -> SchemaInspection.of(connection, target, Migrations.ours()));
    }

    /** Every row of every table of these, as text: what must be the same before and after. */
    static Map<String, List<String>> contents(String url, String... tables) {
        Map<String, List<String>> contents = new HashMap<>();
        for (String table : tables) {
            contents.put(table, query(url, "select t::text from " + table + " t order by 1"));
        }
        return contents;
    }

    /** The first column. */
    static List<String> query(String url, String sql) {
        try (Connection connection = TestDatabase.get().connect(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(result.getString(1));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
