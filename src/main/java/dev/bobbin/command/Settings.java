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

/** The service's own settings, for commands. */
record Settings(Database database, SchemaTarget target) {

    /**
     * Reads them from the sources of the service.
     *
     * @param environment the environment variables and {@code .env}
     * @throws StartupException when a setting is missing or unusable
     */
    static Settings load(List<ConfigSource> environment) {
        SettingErrors.check(environment);
        // the default sources, except for the environment
        SmallRyeConfigBuilder builder = ConfigUtils.configBuilder()
                .setAddDefaultSources(false)
                .addPropertiesSources()
                .withSources(new SysPropConfigSource())
                .withSources(environment);
        // all groups, so that a command also finds names and types that would stop a start; it does not check
        // constraints
        SettingErrors.GROUPS.forEach(builder::withMapping);
        try {
            SmallRyeConfig config = builder.build();
            DatabaseConfig settings = config.getConfigMapping(DatabaseConfig.class);
            if (settings.migrateTimeout().isNegative()) {
                throw new StartupException("bobbin.migrate-timeout must be longer than or equal to 0");
            }
            Database database = new Database(config, settings, null);
            return new Settings(database, SchemaTarget.of(database, settings));
        } catch (ConfigValidationException several) {
            throw new StartupException(SettingErrors.of(several));
        } catch (IllegalArgumentException | NoSuchElementException wrong) {
            throw new StartupException(SettingErrors.oneLine(wrong.getMessage()));
        }
    }
}
