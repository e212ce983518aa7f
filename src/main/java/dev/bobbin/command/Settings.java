package dev.bobbin.command;

import dev.bobbin.StartupException;
import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.schema.SchemaTarget;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import java.util.List;
import java.util.NoSuchElementException;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** The service's own settings, from where the service has them. */
record Settings(Database database, SchemaTarget target) {

    /** A setting that cannot be used. The message names it, and the remedy. */
    static final class Unusable extends RuntimeException {

        Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Reads them.
     *
     * @param environment the environment variables and {@code .env}
     * @throws Unusable when one is missing or wrong
     */
    static Settings load(List<ConfigSource> environment) {
        try {
            SettingNames.check(environment);
            // the default sources, but for the environment
            SmallRyeConfigBuilder builder = ConfigUtils.configBuilder()
                    .setAddDefaultSources(false)
                    .addPropertiesSources()
                    .withSources(new SysPropConfigSource())
                    .withSources(environment);
            // all of them: what would keep the service from starting later is told now
            SettingNames.GROUPS.forEach(builder::withMapping);
            SmallRyeConfig config = builder.build();
            DatabaseConfig settings = config.getConfigMapping(DatabaseConfig.class);
            if (settings.migrateTimeout().isNegative()) {
                throw new Unusable("bobbin.migrate-timeout must be longer than or equal to 0", null);
            }
            Database database = Database.of(config, settings);
            return new Settings(database, SchemaTarget.of(database, settings));
        } catch (StartupException refused) {
            throw new Unusable(refused.reason(), refused);
        } catch (ConfigValidationException several) {
            throw new Unusable(SettingErrors.of(several), several);
        } catch (IllegalArgumentException | NoSuchElementException wrong) {
            throw new Unusable(SettingErrors.oneLine(wrong.getMessage()), wrong);
        }
    }
}
