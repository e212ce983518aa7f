package dev.bobbin.command;

import dev.bobbin.Spelling;
import dev.bobbin.StartupException;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.pool.PoolConfig;
import dev.bobbin.http.HttpConfig;
import dev.bobbin.owner.AuthConfig;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.common.utils.StringUtil;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** Finds misspelt settings and unusable values, and describes them in one line with the remedy. */
public final class SettingErrors {

    /** All groups of settings. Those of a group that is missing here would stop the start as unknown. */
    static final List<Class<?>> GROUPS =
            List.of(AuthConfig.class, DatabaseConfig.class, HttpConfig.class, PoolConfig.class);

    private static final String PREFIX = "BOBBIN_";

    /** Variables of the Python client, the compose file and the tests, which may share an environment with the service. */
    private static final Pattern OTHERS =
            Pattern.compile("BOBBIN_(?:URL|API_KEY|IMAGE|TOOLS|PORT|PGBOUNCER_PORT|TEST_.*)");

    /** Variables that Kubernetes sets for Services named bobbin or bobbin-..., with their values. */
    private static final Pattern OF_KUBERNETES = Pattern.compile("BOBBIN_(?:.*_)?(?:SERVICE_(?:HOST|PORT(?:_.*)?)=.*"
            + "|PORT_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?=.*|PORT=(?:tcp|udp|sctp)://.*)");

    private static final Pattern UNCONVERTIBLE = Pattern.compile(
            "(?s)SRCFG\\d+: The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted (.*)");

    private static final Pattern EMPTY = Pattern.compile(
            "(?s)SRCFG\\d+: The config property (\\S+) (?:is defined as the empty String|is required but it could not be found).*");

    private static final Pattern UNKNOWN = Pattern.compile("(?s)SRCFG\\d+: (\\S+) in .* does not map to any root");

    /** From Hibernate Validator, whose message begins with the property. */
    private static final Pattern CONSTRAINT = Pattern.compile("(?s)([a-z][\\w-]*(?:\\.[\\w-]+)+) (must .*)");

    private static final Pattern ALLOWED = Pattern.compile("(?s).*Cannot convert .* allowed values: (.*)");

    private SettingErrors() {}

    /**
     * Checks the names in the environment of this process and {@code .env}. Names in files and system properties are
     * checked together with their values, by the configuration itself.
     *
     * @throws StartupException when a name is not a setting's; the message has the nearest one
     */
    public static void check() {
        check(Commands.environment());
    }

    static void check(List<ConfigSource> environment) {
        String unknown = unknown(environment);
        if (!unknown.isEmpty()) {
            throw new StartupException(unknown);
        }
    }

    /** Describes the variables that are not settings; empty when all are. */
    static String unknown(List<ConfigSource> environment) {
        List<String> variables = variables();
        return environment.stream()
                .flatMap(SettingErrors::unlessOfKubernetes)
                .distinct()
                .sorted()
                .filter(name -> !OTHERS.matcher(name).matches())
                // a list may have a variable for each of its entries
                .filter(name -> !variables.contains(name.replaceFirst("_\\d+_$", "")))
                .map(name -> unknown(name, variables))
                .collect(Collectors.joining(" "));
    }

    private static Stream<String> unlessOfKubernetes(ConfigSource source) {
        return source.getPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .filter(name -> !OF_KUBERNETES
                        .matcher(name + "=" + source.getValue(name))
                        .matches());
    }

    private static String unknown(String name, List<String> known) {
        return name + " is no setting. Did you mean "
                + Spelling.nearest(name, known, Integer.MAX_VALUE).orElseThrow() + "?";
    }

    /** The environment variables of all settings. */
    public static List<String> variables() {
        return properties().stream().map(SettingErrors::variable).toList();
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
    public static String of(ConfigValidationException several) {
        return IntStream.range(0, several.getProblemCount())
                .mapToObj(i -> oneLine(several.getProblem(i).getMessage()))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /** Describes a problem by the message of SmallRye Config or Hibernate Validator. */
    public static String oneLine(@Nullable String message) {
        String text = String.valueOf(message).strip().replaceFirst("^(java\\.[\\w.]+: )+", "");
        return reworded(text).replaceAll("\\s*\\R\\s*", " ");
    }

    private static String reworded(String text) {
        Matcher matcher = UNCONVERTIBLE.matcher(text);
        if (matcher.matches()) {
            return named(matcher) + " is '" + matcher.group(2).strip() + "': " + remedy(matcher.group(3));
        }
        matcher = EMPTY.matcher(text);
        if (matcher.matches()) {
            return named(matcher) + " is empty: give it a value, or leave it out";
        }
        matcher = CONSTRAINT.matcher(text);
        if (matcher.matches()) {
            return named(matcher) + " " + matcher.group(2);
        }
        matcher = UNKNOWN.matcher(text);
        return matcher.matches() ? unknown(matcher.group(1), properties()) : text;
    }

    /** The property in the first group, with its variable. */
    private static String named(Matcher property) {
        return property.group(1) + " (" + variable(property.group(1)) + ")";
    }

    private static String remedy(String complaint) {
        Matcher allowed = ALLOWED.matcher(complaint);
        if (allowed.matches()) {
            return "it must be one of " + allowed.group(1).replace(",", ", ");
        }
        if (complaint.startsWith("Invalid duration")) {
            return "it must be a duration, such as 500ms, 30s or 5m";
        }
        if (complaint.contains("[0-9]+[BbKkMm")) {
            return "it must be a size in bytes, such as 512K or 8M";
        }
        return complaint.contains("Expected an integer value")
                ? "it must be a whole number, up to 2147483647"
                : complaint.replaceFirst("^SRCFG\\d+: ", "");
    }
}
