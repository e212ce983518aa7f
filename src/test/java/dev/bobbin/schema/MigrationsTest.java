package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationsTest {

    static final Path DIRECTORY = Path.of("src/main/resources/db/migration");

    @Test
    void theListIsTheDirectory() {
        assertThat(Migrations.ours()).isEqualTo(Scripts.migrations(DIRECTORY));
        assertThat(Migrations.ours()).extracting(Migration::file).isEqualTo(Migrations.FILES);
    }

    @Test
    void aNameSaysVersionAndDescription() {
        Migration migration = Migration.of("V12__compatible_thread_labels.sql", "select 1");
        assertThat(migration.version()).isEqualTo(12);
        assertThat(migration.description()).isEqualTo("compatible thread labels");
        assertThat(Migration.isCompatible(migration.description())).isTrue();
        assertThat(Migration.isCompatible("compatibles")).isFalse();
        assertThat(Migration.isCompatible("not compatible")).isFalse();
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
}
