package dev.bobbin.database;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Gives Hibernate the schema of {@code bobbin.database.schema} as a quoted identifier. An expression in
 * application.properties would not double a quote in the name, and neither does Hibernate.
 */
public class HibernateSchema implements ConfigSourceFactory {

    /** Above all sources of settings: entities have to be in the same schema as the other tables. */
    private static final int ORDINAL = 1_000;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue configured = context.getValue(DatabaseConfig.SCHEMA);
        String name = configured == null ? null : configured.getValue();
        // Database refuses a name that cannot be used
        String quoted = Sql.quote(name == null || name.isBlank() ? DatabaseConfig.DEFAULT_SCHEMA : name);
        Map<String, String> settings = Map.of("quarkus.hibernate-orm.database.default-schema", quoted);
        return List.of(new PropertiesConfigSource(settings, DatabaseConfig.SCHEMA, ORDINAL));
    }
}
