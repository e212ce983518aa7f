package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.schema.DeployCheck;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import dev.bobbin.schema.Migrator;
import dev.bobbin.schema.SchemaTarget;
import dev.bobbin.schema.Scripts;
import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.TestDatabase;
import io.smallrye.config.EnvConfigSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code db check} says of migrations that a next build could bring, on real databases. */
@Tag("postgres")
class CheckCommandTest {

    private static final String BY_HAND =
            "create table threads (id varchar(100) primary key, created_at timestamptz, metadata jsonb);create table"
                    + " thread_items (id varchar(100) primary key, thread_id varchar(100) references threads (id), type"
                    + " varchar(20), role varchar(20), content text, created_at timestamptz);";

    private record Checked(DeployCheck check, List<String> foreignTables) {

        int exitCode() {
            return CheckReport.exitCode(check, !foreignTables.isEmpty());
        }

        List<DeployCheck.Pending> pending() {
            return check.pending();
        }
    }

    /** At this build's version, without a row. */
    private static String migrated;

    @BeforeAll
    static void migrate() {
        migrated = TestDatabase.get().freshDatabase();
        SchemaTarget target = settings(migrated).target();
        new Migrator(target, Migrations.ours(), progress -> {}).migrate();
    }

    @Test
    void whatOnlyAddsIsPendingUnlessItsHeaderSaysMore() {
        Checked report = next(Scripts.additive());
        assertThat(report.exitCode()).isEqualTo(4);
        assertThat(report.pending()).noneMatch(DeployCheck.Pending::destructive);
        report = next(Scripts.additive().stream()
                .map(sql -> "-- destructive: since it says so\n" + sql)
                .toList());
        assertThat(report.exitCode()).isEqualTo(5);
        assertThat(report.pending()).allMatch(DeployCheck.Pending::destructive);
    }

    @Test
    void allElseIsDestructive() {
        Checked report = next(Scripts.destructive());
        assertThat(report.exitCode()).isEqualTo(5);
        assertThat(report.pending())
                .hasSameSizeAs(Scripts.destructive())
                .allMatch(pending -> pending.destructive() && !pending.dangers().isEmpty());
    }

    /** A sample that Postgres does not take would prove nothing. */
    @Test
    void whatOnlyAddsIsSqlThatRuns() {
        Scripts.additive().stream().filter(sql -> !sql.contains("concurrently")).forEach(sql -> TestDatabase.get()
                .execute(migrated, "begin;" + sql + "\n;rollback"));
    }

    @Test
    void aStatementIsToldWithTheLargestTableThatItNames() {
        TestDatabase.get()
                .execute(
                        migrated,
                        "insert into threads (owner_id, id, document, created_at) select 'a/b', n::text, '{}', now()"
                                + " from generate_series(1, 999) n on conflict do nothing");
        Checked report = next(List.of("alter table threads drop column title;\n-- of no table\ndrop index x"));
        assertThat(report.pending()).singleElement().satisfies(pending -> {
            DeployCheck.Danger first = pending.dangers().get(0);
            assertThat(first.kind()).isEqualTo("alter");
            assertThat(first.words()).isEqualTo("alter table threads drop column title");
            assertThat(first.table()).isEqualTo("threads");
            assertThat(first.rows()).isEqualTo(999);
            assertThat(first.rowsExact()).isTrue();
            assertThat(pending.dangers().get(1))
                    .isEqualTo(new DeployCheck.Danger("drop", "drop index x", null, null, false, null));
        });
    }

    @Test
    void onAnEmptySchemaNothingIsDestructive() {
        String url = TestDatabase.get().freshDatabase();
        BobbinCommand bobbin = BobbinCommand.on(url);
        String reports = bobbin.run("db", "check", "--json").exits(4).out()
                + bobbin.run("db", "info", "--json").exits(0).out();
        assertThat(reports)
                .contains("\"destructive\" : false", "\"destructive\" : null")
                .doesNotContain("\"destructive\" : true", "\"destructive\" : \"");
        assertThat(report(url, Migrations.ours(), "-- destructive: x\ndrop table threads")
                        .exitCode())
                .isEqualTo(4);
    }

    @Test
    void tablesMadeByHandHaveSomethingToLoseWithTheirFirstRow() {
        String url = TestDatabase.get().freshDatabase();
        TestDatabase.get().execute(url, BY_HAND);
        assertThat(report(url, Migrations.ours()).exitCode()).isEqualTo(4);
        TestDatabase.get().execute(url, "insert into threads values ('a')");
        Checked report = report(url, Migrations.ours());
        assertThat(report.exitCode()).isEqualTo(5);
        assertThat(report.pending())
                .extracting(DeployCheck.Pending::destructive)
                .containsExactly(true);
    }

    @Test
    void tablesThatCannotBeAdoptedAreNotCalledAnotherServices() {
        String url = TestDatabase.get().freshDatabase();
        TestDatabase.get()
                .execute(
                        url,
                        BY_HAND + "create type speaker as enum ('user');"
                                + " alter table thread_items alter role type speaker using role::speaker");
        assertThat(BobbinCommand.on(url).run("db", "check").exits(7).out())
                .contains("type of role should be text, is speaker", "cannot be migrated as they are")
                .doesNotContain("ALLOW_SHARED", "another service", "not ours. One service");
    }

    @Test
    void tablesOfANewerCompatibleBuildAreNotAnotherServices() {
        String url = TestDatabase.get().freshDatabase();
        List<Migration> newer = new ArrayList<>(Migrations.ours());
        newer.addAll(Scripts.migrations(Path.of("src", "test", "resources", "db", "newer")));
        new Migrator(settings(url).target(), newer, progress -> {}).migrate();
        assertThat(report(url, Migrations.ours()).exitCode()).isEqualTo(8);
        Settings allowed = settings(Map.of("DATABASE_URL", url, "BOBBIN_DATABASE_ALLOW_NEWER", "true"));
        assertThat(report(allowed, Migrations.ours()).exitCode()).isZero();
        assertThat(report(allowed, Migrations.ours()).foreignTables()).isEmpty();
        TestDatabase.get().execute(url, "create table alembic_version (version_num text)");
        assertThat(report(allowed, Migrations.ours()).exitCode()).isEqualTo(7);
        assertThat(report(allowed, Migrations.ours()).foreignTables()).containsExactly("alembic_version");
    }

    private static Checked next(List<String> scripts) {
        return report(migrated, Migrations.ours(), scripts.toArray(new String[0]));
    }

    private static Checked report(String url, List<Migration> migrations, String... more) {
        return report(settings(url), migrations, more);
    }

    private static Checked report(Settings settings, List<Migration> migrations, String... more) {
        List<Migration> all = new ArrayList<>(migrations);
        for (String sql : more) {
            all.add(Migration.of("V" + (all.size() + 1) + "__next.sql", sql));
        }
        DeployCheck check = DeployCheck.of(settings.target(), all, progress -> {});
        return new Checked(check, check.inspection().foreign(settings.target()));
    }

    private static Settings settings(String url) {
        return settings(Map.of("DATABASE_URL", url));
    }

    private static Settings settings(Map<String, String> environment) {
        return Settings.load(List.of(new EnvConfigSource(environment, BobbinCommand.ABOVE_SYSTEM_PROPERTIES)));
    }
}
