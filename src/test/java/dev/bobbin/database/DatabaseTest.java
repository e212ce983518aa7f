package dev.bobbin.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.StartupException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseTest {

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
        assertThat(database.directUrl().sslMode().value).isEqualTo("require");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DATABASE_DIRECT_URL|mysql://u:s3cret@h/d"
                        + "|DATABASE_DIRECT_URL cannot be used: it begins with mysql:// and not with postgresql://. A correct form is",
                "DATABASE_DIRECT_URL|postgresql://u:s3cret@h/d?sslmode=disable"
                        + "|DATABASE_DIRECT_URL cannot be used: its sslmode=disable allows unencrypted connections to h:5432",
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
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void theSchemaIsPublicOrTheConfiguredOne() {
        assertThat(database(Map.of()).schema().name()).isEqualTo("public");
        assertThat(database(Map.of("bobbin.database.schema", "Chat \"Data\""))
                        .schema()
                        .name())
                .isEqualTo("Chat \"Data\"");
    }

    @Test
    void aSchemaThatCannotBeStopsTheStartWithItsKeyAndARemedy() {
        assertThatThrownBy(() -> database(Map.of("bobbin.database.schema", "information_schema")))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("bobbin.database.schema (BOBBIN_DATABASE_SCHEMA)")
                .hasMessageContaining("keeps for itself")
                .hasMessageContaining("Set it to the name of the schema");
    }

    private static Database database(Map<String, String> properties) {
        SmallRyeConfig config = config(properties);
        return new Database(config, config.getConfigMapping(DatabaseConfig.class), null);
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
