package dev.bobbin.command;

import dev.bobbin.StartupException;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.pool.PoolConfig;
import dev.bobbin.http.HttpConfig;
import dev.bobbin.http.MemoryConfig;
import dev.bobbin.owner.AuthConfig;
import dev.bobbin.page.PageConfig;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.common.utils.StringUtil;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The names of our own settings, so that one that is misspelt is not ignored. */
public final class SettingNames {

    /** A further one has its own names, or its settings stop the start. */
    static final List<Class<?>> GROUPS = List.of(
            AuthConfig.class,
            DatabaseConfig.class,
            HttpConfig.class,
            MemoryConfig.class,
            PageConfig.class,
            PoolConfig.class);

    private static final String PREFIX = "BOBBIN_";

    /**
     * Variables that begin like ours and are others': those that Kubernetes sets for a Service named bobbin, and those of the
     * Python client, the compose file and the tests, which may share an environment with the service.
     */
    private static final Pattern OTHERS = Pattern.compile(
            "BOBBIN_(?:(?:.*_)?SERVICE_(?:HOST|PORT(?:_.*)?)|(?:.*_)?PORT(?:_.*)?|URL|API_KEY|IMAGE|TOOLS|TEST_.*)");

    private SettingNames() {}

    /**
     * Looks through the environment of this process and {@code .env}. What files and system properties name is looked through with their values.
     *
     * @throws StartupException when a name is no setting's; the message has the nearest that is
     */
    public static void check() {
        check(Commands.environment());
    }

    static void check(List<ConfigSource> environment) {
        Set<String> given = new TreeSet<>();
        environment.forEach(source -> given.addAll(source.getPropertyNames()));
        String unknown = unknown(given);
        if (!unknown.isEmpty()) {
            throw new StartupException(unknown);
        }
    }

    /** What to say of those that are no setting's; empty when all are. */
    static String unknown(Set<String> given) {
        List<String> variables = variables();
        return given.stream()
                .filter(name -> name.startsWith(PREFIX))
                .filter(name -> !OTHERS.matcher(name).matches())
                // a list may have a variable for each of its entries
                .filter(name -> !variables.contains(name.replaceFirst("_\\d+_$", "")))
                .map(name -> name + " is no setting. Did you mean " + nearest(name, variables) + "?")
                .collect(Collectors.joining(" "));
    }

    /** What to say of a property that is no setting's. */
    static String unknownProperty(String name) {
        return name + " is no setting. Did you mean " + nearest(name, known()) + "?";
    }

    /** The environment variables of all of them. */
    public static List<String> variables() {
        return known().stream().map(SettingNames::variable).toList();
    }

    /** The environment variable of a property. */
    static String variable(String property) {
        return StringUtil.replaceNonAlphanumericByUnderscores(property).toUpperCase(Locale.ROOT);
    }

    static List<String> known() {
        return GROUPS.stream()
                .flatMap(group -> ConfigClass.configClass(group).getProperties().keySet().stream())
                // a list is there twice: by its name, and by that of its entries
                .filter(name -> !name.endsWith("[*]"))
                .sorted()
                .toList();
    }

    private static String nearest(String name, List<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElseThrow();
    }

    /** How many characters must be put in, left out or replaced to make one of the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
