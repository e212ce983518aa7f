package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.bobbin.StartupException;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.owner.AuthConfig;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of names and values that no setting has, and what of a value is not taken for a part of it. */
class SettingsTest {

    /** Above the environment of whoever runs the tests. */
    private static final int ORDINAL = 1_000;

    @Test
    void everyGroupOfSettingsIsKnown() {
        assertThat(new ClassFileImporter()
                        .importPath(Path.of("target", "classes", "dev", "bobbin")).stream()
                                .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                                .map(JavaClass::getName))
                .as("a further one belongs into Settings.GROUPS")
                .containsExactlyInAnyOrderElementsOf(
                        Settings.GROUPS.stream().map(Class::getName).toList());
    }

    @Test
    void everyGroupIsRegisteredForTheCheckOfItsBounds() {
        assertThat(Settings.class.getAnnotation(RegisterForReflection.class).targets())
                .containsExactlyInAnyOrderElementsOf(Settings.GROUPS);
    }

    @Test
    void everyTypedSettingRefusesAValueOfAnotherTypeByName() {
        List<String> texts = new ArrayList<>();
        for (String name : Settings.properties()) {
            try {
                load(name, "\u00bf?");
                texts.add(name);
            } catch (ConfigValidationException refused) {
                assertThat(Settings.describe(refused))
                        .startsWith(name + " (" + Settings.variable(name) + ") is '\u00bf?': it must be ")
                        .doesNotContain("SRCFG", "Exception")
                        .hasLineCount(1);
            }
        }
        assertThat(texts)
                .containsExactlyInAnyOrder(
                        "bobbin.auth.api-keys",
                        "bobbin.auth.jwt.tenant-claim",
                        "bobbin.auth.jwt.user-claim",
                        "bobbin.console.key",
                        "bobbin.database.schema",
                        "bobbin.owner.adopt-as");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bobbin.auth.mode|open|bobbin.auth.mode (BOBBIN_AUTH_MODE) is 'open': it must be one of api-key, jwt,"
                        + " none",
                "bobbin.pool.max-size|9999999999|bobbin.pool.max-size (BOBBIN_POOL_MAX_SIZE) is '9999999999': it must"
                        + " be a whole number, up to 2147483647",
                "bobbin.database.schema|''|bobbin.database.schema (BOBBIN_DATABASE_SCHEMA) is empty: give it a value,"
                        + " or leave it out",
                "bobbin.retention.older-than|365|bobbin.retention.older-than (BOBBIN_RETENTION_OLDER_THAN) is '365':"
                        + " it must be a number of days or hours, such as 365d or 12h, or never",
                "bobbin.retention.tenants|365d|bobbin.retention.tenants (BOBBIN_RETENTION_TENANTS) is '365d': it must"
                        + " be tenant=age, several separated by commas, where an age is a number of days or hours, such as"
                        + " 365d or 12h, or never",
                "bobbin.pool.max-size|0|bobbin.pool.max-size (BOBBIN_POOL_MAX_SIZE) must be greater than or equal to 1",
                "bobbin.openai.max-items|1001|bobbin.openai.max-items (BOBBIN_OPENAI_MAX_ITEMS) must be less than or equal"
                        + " to 1000",
                "bobbin.http.head-timeout|0s|bobbin.http.head-timeout (BOBBIN_HTTP_HEAD_TIMEOUT) must be greater than or"
                        + " equal to 1ms",
                "bobbin.console.compute-price|-0.1|bobbin.console.compute-price (BOBBIN_CONSOLE_COMPUTE_PRICE) must be"
                        + " greater than or equal to 0",
                "bobbin.migrate-timeout|-1s|bobbin.migrate-timeout (BOBBIN_MIGRATE_TIMEOUT) must be greater than or equal"
                        + " to 0s",
                "bobbin.pool.maxsize|3|bobbin.pool.maxsize is no setting. Did you mean bobbin.pool.max-size?",
                "bobbin.adopt-as|a/b|bobbin.adopt-as is no setting. Did you mean bobbin.owner.adopt-as?",
                "bobbin.http.port|9000|bobbin.http.port is no setting. Did you mean quarkus.http.port?",
            })
    void whatIsWrongIsSaidInOneLineWithTheRemedy(String name, String value, String message) {
        try {
            load(name, value);
        } catch (ConfigValidationException refused) {
            assertThat(Settings.describe(refused)).isEqualTo(message);
            return;
        }
        throw new AssertionError(name + "=" + value + " was taken");
    }

    @Test
    void whatQuarkusSaysIsSaidInOneLine() {
        assertThat(Settings.describe("bobbin.pool.max-size must be greater than or equal to 1"))
                .isEqualTo("bobbin.pool.max-size (BOBBIN_POOL_MAX_SIZE) must be greater than or equal to 1");
        assertThat(Settings.describe("something\n\telse")).isEqualTo("something else");
    }

    @ParameterizedTest
    @CsvSource({
        "BOBBIN_POOL_MAXSIZE, BOBBIN_POOL_MAX_SIZE",
        "BOBBIN_AUTH_API_KEY, BOBBIN_AUTH_API_KEYS",
        "BOBBIN_JWT_TENANT_CLAIM, BOBBIN_AUTH_JWT_TENANT_CLAIM",
        "BOBBIN_ADOPT_AS, BOBBIN_OWNER_ADOPT_AS",
        "BOBBIN_MIGRATION_TIMEOUT, BOBBIN_MIGRATE_TIMEOUT",
        // settings with another prefix, or none
        "BOBBIN_PORT, QUARKUS_HTTP_PORT",
        "BOBBIN_HTTP_PORT, QUARKUS_HTTP_PORT",
        "BOBBIN_HOST, QUARKUS_HTTP_HOST",
        "BOBBIN_LOG_LEVEL, QUARKUS_LOG_LEVEL",
        "BOBBIN_DATABASE_URL, DATABASE_URL",
    })
    void aVariableThatIsNoSettingIsToldWithTheNearestThatIs(String given, String meant) {
        assertThatThrownBy(() -> Settings.check(environment(given, "9000")))
                .isInstanceOf(StartupException.class)
                .hasMessage(given + " is no setting. Did you mean " + meant + "?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BOBBIN_POOL_MAX_SIZE",
                "BOBBIN_AUTH_API_KEYS_1_",
                // Kubernetes sets these for Services named bobbin and bobbin-metrics
                "BOBBIN_SERVICE_HOST",
                "BOBBIN_SERVICE_PORT",
                "BOBBIN_SERVICE_PORT_HTTP",
                "BOBBIN_PORT=tcp://10.0.0.1:80",
                "BOBBIN_PORT_80_TCP=tcp://10.0.0.1:80",
                "BOBBIN_PORT_80_TCP_PROTO",
                "BOBBIN_PORT_80_TCP_PORT",
                "BOBBIN_PORT_80_TCP_ADDR",
                "BOBBIN_METRICS_PORT=tcp://10.0.0.2:9090",
                "BOBBIN_METRICS_SERVICE_HOST",
                "BOBBIN_METRICS_PORT_9090_TCP",
                // the Python client and the compose file
                "BOBBIN_URL",
                "BOBBIN_API_KEY",
                "BOBBIN_IMAGE",
                "DATABASE_UR",
                "HOME"
            })
    void othersVariablesAreLeftAlone(String variable) {
        String[] nameAndValue = (variable + "=9000").split("=");
        Settings.check(environment(nameAndValue[0], nameAndValue[1]));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BOBBIN_PORT",
                "BOBBIN_METRICS_PORT",
                "BOBBIN_PORT_HTTP",
                "BOBBIN_PORT_80",
                "BOBBIN_PGBOUNCER_PORT"
            })
    void aPortThatKubernetesDidNotSetIsNoSetting(String name) {
        assertThatThrownBy(() -> Settings.check(environment(name, "9000")))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(name + " is no setting.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '#',
            value = {
                "acme/ann |acme/ann",
                " acme/ann\u23ce|acme/ann",
                "'acme/ann'|acme/ann",
                "\"acme/ann\" |acme/ann",
                "'|'",
                "a'|a'"
            })
    void whatComesAlongIsNoPartOfAValue(String given, String meant) {
        String value = given.replace('\u23ce', '\n');
        SmallRyeConfig config = load("bobbin.owner.adopt-as", value);
        assertThat(config.getConfigMapping(DatabaseConfig.class).owner().adoptAs())
                .isEqualTo(meant);
        assertThat(load("bobbin.auth.jwt.user-claim", value)
                        .getConfigMapping(AuthConfig.class)
                        .jwt()
                        .userClaim())
                .isEqualTo(meant);
        assertThat(load("mp.jwt.verify.issuer", "https://issuer \n")
                        .getConfigValue("mp.jwt.verify.issuer")
                        .getValue())
                .isEqualTo("https://issuer");
    }

    private static List<ConfigSource> environment(String name, String value) {
        return List.of(new EnvConfigSource(Map.of(name, value, "BOBBIN_AUTH_MODE", "none"), ORDINAL));
    }

    private static SmallRyeConfig load(String name, String value) {
        SmallRyeConfigBuilder builder = ConfigUtils.emptyConfigBuilder()
                .addDiscoveredCustomizers()
                .withSources(new PropertiesConfigSource(Map.of(name, value), "test", ORDINAL));
        Settings.GROUPS.forEach(builder::withMapping);
        return builder.build();
    }
}
