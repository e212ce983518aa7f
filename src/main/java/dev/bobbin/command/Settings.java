package dev.bobbin.command;

import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.schema.SchemaTarget;
import dev.bobbin.ops.StartRefused;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The service's own settings, from where the service has them. */
record Settings(Database database, SchemaTarget target) {

    /** A setting that cannot be used. The message names it, and the remedy. */
    static final class Unusable extends RuntimeException {

        Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** What SmallRye says of a value that it cannot convert. */
    private static final Pattern UNCONVERTIBLE = Pattern.compile(
            "SRCFG\\d+: The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted (.*)",
            Pattern.DOTALL);

    /**
     * Reads them.
     *
     * @throws Unusable when one is missing or wrong
     */
    static Settings load() {
        try {
            SmallRyeConfig config = ConfigUtils.configBuilder()
                    .withMapping(DatabaseConfig.class)
                    // the settings of other parts of the service
                    .withMappingIgnore("bobbin.**")
                    .build();
            DatabaseConfig settings = config.getConfigMapping(DatabaseConfig.class);
            if (settings.migrateTimeout().isNegative()) {
                throw new Unusable("bobbin.migrate-timeout must be longer than or equal to 0", null);
            }
            Database database = Database.of(config, settings);
            return new Settings(database, SchemaTarget.of(database, settings));
        } catch (StartRefused refused) {
            throw new Unusable(refused.reason(), refused);
        } catch (ConfigValidationException several) {
            String all = IntStream.range(0, several.getProblemCount())
                    .mapToObj(i -> oneLine(several.getProblem(i).getMessage()))
                    .collect(Collectors.joining("; "));
            throw new Unusable(all, several);
        } catch (IllegalArgumentException | NoSuchElementException wrong) {
            throw new Unusable(oneLine(wrong.getMessage()), wrong);
        }
    }

    static String oneLine(@Nullable String message) {
        String text = String.valueOf(message).strip().replaceFirst("^(java\\.[\\w.]+: )+", "");
        Matcher unconvertible = UNCONVERTIBLE.matcher(text);
        String said = unconvertible.matches()
                ? unconvertible.group(1) + " is '" + unconvertible.group(2) + "': " + remedy(unconvertible.group(3))
                : text;
        return said.replaceAll("\\s*\\R\\s*", " ");
    }

    private static String remedy(String complaint) {
        return complaint.startsWith("Invalid duration") ? "it must be a duration, such as 500ms, 30s or 5m" : complaint;
    }
}
