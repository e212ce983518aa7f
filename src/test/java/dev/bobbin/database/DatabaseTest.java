package dev.bobbin.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.database.Database.OwnDatabase;
import dev.bobbin.ops.StartRefused;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseTest {

    private static final String BOUNCER = "postgresql://u:s3cret@bouncer.internal/d?pgbouncer=true";
    private static final String DIRECT = "postgresql://u:s3cret@db.internal/d";

    @Test
    void aPasswordIsTakenAsItIsWritten() {
        assertThat(database(Map.of("DATABASE_URL", "postgresql://u:a${b}c@h/d"))
                        .url()
                        .password())
                .isEqualTo("a${b}c");
    }

    @Test
    void migrationsGoAroundNeonsPoolerByThemselves() {
        Database database = database(Map.of("DATABASE_URL", "postgresql://u:p@ep-x-1-pooler.aws.neon.tech/d"));
        assertThat(database.url().host()).isEqualTo("ep-x-1-pooler.aws.neon.tech");
        assertThat(database.directUrl().host()).isEqualTo("ep-x-1.aws.neon.tech");
    }

    @Test
    void theDirectUrlComesBeforeWhatTheHostTells() {
        Database database = database(Map.of(
                "DATABASE_URL", "postgresql://u:p@ep-x-1-pooler.aws.neon.tech/d", "DATABASE_DIRECT_URL", DIRECT));
        assertThat(database.directUrl().host()).isEqualTo("db.internal");
        assertThat(database.directTls().mode().value).isEqualTo("require");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DATABASE_DIRECT_URL|mysql://u:s3cret@h/d"
                        + "|DATABASE_DIRECT_URL cannot be used: it does not begin with postgresql://. A correct form is",
                "DATABASE_DIRECT_URL|postgresql://u:s3cret@h/d?sslmode=disable"
                        + "|DATABASE_DIRECT_URL cannot be used: its sslmode=disable lets everything go unencrypted to h:5432",
                "DATABASE_DIRECT_URL|postgresql://u:s3cret@h/d?sslrootcert=/no/such.pem"
                        + "|DATABASE_DIRECT_URL cannot be used: its sslrootcert names /no/such.pem",
                "DATABASE_URL|postgresql://u:s3cret@h/d?sslcert=/c.pem"
                        + "|DATABASE_URL cannot be used: its parameter sslcert cannot be honoured",
            })
    void whatIsWrongIsSaidWithTheVariablesName(String variable, String url, String message) {
        Database database = database(
                variable.equals("DATABASE_URL")
                        ? Map.of(variable, url)
                        : Map.of("DATABASE_URL", "postgresql://u:p@h/d", variable, url));
        assertThatThrownBy(() -> {
                    database.url();
                    database.directUrl();
                })
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("Bobbin does not start: " + message)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void nothingIsMigratedThroughAPooler() {
        assertThatThrownBy(() -> start(Map.of("DATABASE_URL", BOUNCER)))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("bouncer.internal:5432 is a pooler")
                .hasMessageContaining("DATABASE_DIRECT_URL")
                .hasMessageContaining("BOBBIN_MIGRATE_AT_START=false");
        assertThatThrownBy(() -> start(Map.of("DATABASE_URL", DIRECT, "DATABASE_DIRECT_URL", BOUNCER)))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("bouncer.internal:5432 is a pooler");
    }

    @Test
    void aPoolerDoesWhereNothingIsMigrated() {
        start(Map.of("DATABASE_URL", BOUNCER, "bobbin.migrate-at-start", "false"));
    }

    private static void start(Map<String, String> properties) {
        SmallRyeConfig config = config(properties);
        new SchemaMigration(database(config), config.getConfigMapping(DatabaseConfig.class), () -> {
                    throw new AssertionError("it migrates");
                })
                .onStart(new StartupEvent());
    }

    private static Database database(Map<String, String> properties) {
        return database(config(properties));
    }

    @SuppressWarnings("unchecked")
    private static Database database(SmallRyeConfig config) {
        // no database of the process' own: each of its answers is false
        Instance<OwnDatabase> none = (Instance<OwnDatabase>) Proxy.newProxyInstance(
                DatabaseTest.class.getClassLoader(),
                new Class<?>[] {Instance.class},
                (proxy, method, arguments) -> method.getReturnType() == boolean.class ? false : null);
        return new Database(config, config.getConfigMapping(DatabaseConfig.class), none);
    }

    private static SmallRyeConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(DatabaseConfig.class)
                .withDefaultValues(properties)
                .build();
    }
}
