package dev.bobbin.command;

import dev.bobbin.Spelling;
import dev.bobbin.StartupException;
import dev.bobbin.console.ConsoleConfig;
import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.pool.PoolConfig;
import dev.bobbin.http.HttpConfig;
import dev.bobbin.openai.OpenAiConfig;
import dev.bobbin.owner.AuthConfig;
import dev.bobbin.schema.SchemaTarget;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import io.smallrye.config.common.utils.StringUtil;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** The settings for commands, and what is wrong with settings, in words for operators. */
@RegisterForReflection(
        targets = {
            AuthConfig.class,
            ConsoleConfig.class,
            DatabaseConfig.class,
            HttpConfig.class,
            OpenAiConfig.class,
            PoolConfig.class,
            RetentionConfig.class
        }) // for BoundsCheck
public record Settings(Database database, SchemaTarget target, RetentionConfig retention) {

    /** All groups of settings. SmallRye Config rejects settings of other groups as unknown. */
    static final List<Class<?>> GROUPS = List.of(
            AuthConfig.class,
            ConsoleConfig.class,
            DatabaseConfig.class,
            HttpConfig.class,
            OpenAiConfig.class,
            PoolConfig.class,
            RetentionConfig.class);

    /** Settings that are suggested although they are in no group: {@code BOBBIN_PORT} means the first. */
    private static final List<String> OTHER_SETTINGS = List.of(
            "quarkus.http.port", "quarkus.http.host", "quarkus.log.level", "DATABASE_URL", "DATABASE_DIRECT_URL");

    /**
     * Variables that may share an environment with the service: of the Python client, the compose file, scripts and tests, and
     * those that Kubernetes sets for Services named bobbin or bobbin-….
     */
    private static final Pattern NO_SETTING = Pattern.compile("BOBBIN_(?:(?:URL|API_KEY|IMAGE|TOOLS|TEST_.*)=.*"
            + "|(?:.*_)?(?:SERVICE_(?:HOST|PORT(?:_.*)?)=.*"
            + "|PORT_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?=.*|PORT=(?:tcp|udp|sctp)://.*))");

    private static final Pattern UNKNOWN = Pattern.compile("(?s)SRCFG\\d+: (\\S+) in .* does not map to any root");

    private static final Pattern INVALID =
            Pattern.compile("(?s)(?:SRCFG\\d+: The config property )?(?<property>[a-z][\\w-]*(?:\\.[\\w-]+)+) (?:with"
                    + " the config value \"(?<value>.*)\" threw an Exception whilst being converted (?<complaint>.*)|(?:is"
                    + " defined as the empty String|is required but it could not be found).*|(?<constraint>must .*))");

    /** What a value must be, by the converters' messages. */
    private static final Map<String, String> FORMS = Map.of(
            "Cannot convert .* allowed values: ", "one of ",
            "Invalid duration.*", "a duration, such as 500ms, 30s or 5m",
            "\\[0-9]\\+\\[BbKkMm.*", "a size in bytes, such as 512K or 8M",
            "Expected an integer value.*", "a whole number, up to 2147483647",
            "Expected a double value.*", "a number, such as 0.25");

    /**
     * Reads the settings from the sources that the service has, and checks all names and values.
     *
     * @param environment the environment variables and {@code .env}
     * @throws StartupException if a setting is missing, unknown or invalid
     */
    static Settings load(List<ConfigSource> environment) {
        check(environment);
        SmallRyeConfigBuilder builder = ConfigUtils.configBuilder()
                .setAddDefaultSources(false)
                .addPropertiesSources()
                .withSources(new SysPropConfigSource())
                .withSources(environment);
        GROUPS.forEach(builder::withMapping);
        try {
            SmallRyeConfig config = builder.build();
            DatabaseConfig settings = config.getConfigMapping(DatabaseConfig.class);
            Database database = new Database(config, settings, null);
            return new Settings(
                    database, SchemaTarget.of(database, settings), config.getConfigMapping(RetentionConfig.class));
        } catch (ConfigValidationException several) {
            throw new StartupException(describe(several));
        } catch (IllegalArgumentException | NoSuchElementException invalid) {
            throw new StartupException(describe(invalid.getMessage()));
        }
    }

    /**
     * Checks the names in the environment of this process and {@code .env}, which SmallRye Config does not.
     *
     * @throws StartupException if a name is unknown; the message has the nearest known one
     */
    public static void check() {
        check(Commands.environment());
    }

    static void check(List<ConfigSource> environment) {
        List<String> variables = variables();
        String unknown = environment.stream()
                .flatMap(source -> source.getPropertyNames().stream()
                        .filter(name -> name.startsWith("BOBBIN_"))
                        .filter(name -> !NO_SETTING
                                .matcher(name + "=" + source.getValue(name))
                                .matches()))
                .distinct()
                .sorted()
                // a list may have a variable for each of its entries
                .filter(name -> !variables.contains(name.replaceFirst("_\\d+_$", "")))
                .map(name -> unknown(name, Settings::variable))
                .collect(Collectors.joining(" "));
        if (!unknown.isEmpty()) {
            throw new StartupException(unknown);
        }
    }

    /** @param form of the names, of properties or of variables */
    private static String unknown(String name, UnaryOperator<String> form) {
        Map<String, String> known = Stream.concat(properties().stream(), OTHER_SETTINGS.stream())
                .map(form)
                .collect(Collectors.toMap(Settings::withoutPrefix, Function.identity()));
        String nearest = Spelling.nearest(withoutPrefix(name), known.keySet(), Integer.MAX_VALUE)
                .orElseThrow();
        return name + " is no setting. Did you mean " + known.get(nearest) + "?";
    }

    private static String withoutPrefix(String name) {
        return name.replaceFirst("(?i)^(bobbin|quarkus)[._]", "");
    }

    /** The environment variables of all settings. */
    public static List<String> variables() {
        return properties().stream().map(Settings::variable).toList();
    }

    static List<String> properties() {
        return GROUPS.stream()
                .flatMap(group -> ConfigClass.configClass(group).getProperties().keySet().stream())
                // a list appears twice: by its name, and by that of its entries
                .filter(name -> !name.endsWith("[*]"))
                .sorted()
                .toList();
    }

    static String variable(String property) {
        return StringUtil.replaceNonAlphanumericByUnderscores(property).toUpperCase(Locale.ROOT);
    }

    /** Describes all problems of a configuration. */
    public static String describe(ConfigValidationException several) {
        return IntStream.range(0, several.getProblemCount())
                .mapToObj(i -> describe(several.getProblem(i).getMessage()))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /** Describes the problem that a message of SmallRye Config or {@link dev.bobbin.BoundsCheck} reports. */
    public static String describe(@Nullable String message) {
        String text = String.valueOf(message).strip().replaceFirst("^(java\\.[\\w.]+: )+", "");
        return reworded(text).replaceAll("\\s*\\R\\s*", " ");
    }

    private static String reworded(String text) {
        Matcher unknown = UNKNOWN.matcher(text);
        if (unknown.matches()) {
            return unknown(unknown.group(1), UnaryOperator.identity());
        }
        Matcher invalid = INVALID.matcher(text);
        if (!invalid.matches()) {
            return text;
        }
        String property = invalid.group("property") + " (" + variable(invalid.group("property")) + ") ";
        if (invalid.group("constraint") != null) {
            return property + invalid.group("constraint");
        }
        return invalid.group("value") == null
                ? property + "is empty: give it a value, or leave it out"
                : property + "is '" + invalid.group("value").strip() + "': " + expected(invalid.group("complaint"));
    }

    private static String expected(String complaint) {
        String expected = complaint.replaceFirst("^SRCFG\\d+: ", "");
        for (Map.Entry<String, String> form : FORMS.entrySet()) {
            expected = expected.replaceFirst("(?s).*" + form.getKey(), "it must be " + form.getValue());
        }
        return expected.replaceAll(",(?! )", ", ");
    }
}
