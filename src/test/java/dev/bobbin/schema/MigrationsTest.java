package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationsTest {

    static final Path DIRECTORY = Path.of("src/main/resources/db/migration");

    @Test
    void theListIsTheDirectory() {
        assertThat(Migrations.ours()).isEqualTo(Migrations.of(DIRECTORY));
        assertThat(Migrations.ours()).extracting(Migration::file).isEqualTo(Migrations.FILES);
    }

    @Test
    void aNameSaysVersionAndDescription() {
        Migration migration = Migration.of("V12__compatible_thread_labels.sql", "select 1");
        assertThat(migration.version()).isEqualTo(12);
        assertThat(migration.description()).isEqualTo("compatible thread labels");
        assertThat(migration.compatible()).isTrue();
        assertThat(Migration.of("V12__compatibles.sql", "").compatible()).isFalse();
        assertThat(Migration.of("V12__not_compatible.sql", "").compatible()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "V1_x.sql",
                "V0__x.sql",
                "V01__x.sql",
                "V1.1__x.sql",
                "R__x.sql",
                "V1__.sql",
                "V1__x.sql.conf",
                "v1__x.sql"
            })
    void otherNamesAreRefused(String name) {
        assertThatThrownBy(() -> Migration.of(name, "select 1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void filesAreReadInTheOrderOfTheirVersions(@TempDir Path directory) throws Exception {
        for (String name : new String[] {"V10__c.sql", "V2__b.sql", "V1__a.sql", "V10__c.sql.conf", "notes.txt"}) {
            Files.writeString(directory.resolve(name), "select '" + name + "'");
        }
        assertThat(Migrations.of(directory)).extracting(Migration::version).containsExactly(1, 2, 10);
        assertThat(Migrations.of(directory).get(1).sql()).isEqualTo("select 'V2__b.sql'");
        Files.writeString(directory.resolve("V2__other.sql"), "");
        assertThatThrownBy(() -> Migrations.of(directory)).hasMessageContaining("one version");
    }

    @Test
    void theReasonOfADestructiveMigrationStandsInItsHeader() {
        assertThat(Migration.of(
                                "V1__x.sql",
                                "-- What for.\r\n\r\n--  Destructive:  drops what nobody reads \r\ndrop table t")
                        .destructive())
                .isEqualTo("drops what nobody reads");
        assertThat(Migration.of("V1__x.sql", "-- destructive:\n-- drops\ndrop table t")
                        .destructive())
                .isNull();
        assertThat(Migration.of("V1__x.sql", "drop table t;\n-- destructive: too late")
                        .destructive())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index concurrently if not exists i on t (a)",
                "-- why\nCREATE UNIQUE INDEX\n CONCURRENTLY i on t (a);",
                "drop index concurrently if exists i",
                "reindex index concurrently i",
                "REINDEX (verbose) TABLE CONCURRENTLY t",
                "reindex (concurrently) table t"
            })
    void whatIsDoneConcurrentlyCannotBeInATransaction(String sql) {
        assertThat(Migration.of("V1__x.sql", sql).transactional()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index i on t (a)",
                "create index concurrent on t (a) -- create index concurrently",
                "comment on table t is 'drop index concurrently i'",
                "refresh materialized view concurrently v"
            })
    void allElseCan(String sql) {
        assertThat(Migration.of("V1__x.sql", sql).transactional()).isTrue();
    }
}
