package dev.bobbin.database;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Gives Hibernate the schema that {@code bobbin.database.schema} names, as it stands in SQL: an expression in
 * application.properties would do, but for a quote in the name, which Hibernate does not double.
 */
public class HibernateSchema implements ConfigSourceFactory {

    /** Above every source that people set: entities are where the other tables are. */
    private static final int ORDINAL = 1_000;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        @Nullable ConfigValue configured = context.getValue(DatabaseConfig.SCHEMA);
        @Nullable String name = configured == null ? null : configured.getValue();
        // what is wrong with a name Database says
        String schema = name == null || name.isBlank() ? DatabaseConfig.DEFAULT_SCHEMA : name;
        return List.of(new PropertiesConfigSource(
                Map.of("quarkus.hibernate-orm.database.default-schema", Sql.quote(schema)),
                DatabaseConfig.SCHEMA,
                ORDINAL));
    }
}
