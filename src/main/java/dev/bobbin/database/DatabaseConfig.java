package dev.bobbin.database;

import dev.bobbin.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;

/** How the database is used; {@code DATABASE_URL} says which one. */
@ConfigMapping(prefix = "bobbin")
public interface DatabaseConfig {

    String SCHEMA = "bobbin.database.schema";
    String DEFAULT_SCHEMA = "public";

    /** Whether to migrate the schema before the first request is accepted. */
    @WithDefault("true")
    @WithConverter(StrictBoolean.class)
    boolean migrateAtStart();

    /** How long the start waits for a database that does not answer. */
    @WithDefault("90s")
    @Bounds(min = "0s")
    Duration migrateTimeout();

    Adoption owner();

    Connections database();

    interface Adoption {
        /** The {@code tenant/user} that gets the rows of tables made before there were owners. */
        @WithDefault("local/local")
        String adoptAs();
    }

    interface Connections {
        /** Whether a URL may ask for unencrypted connections to another machine. */
        @WithDefault("false")
        @WithConverter(StrictBoolean.class)
        boolean allowPlaintext();

        /** The schema of Bobbin's tables. */
        @WithDefault(DEFAULT_SCHEMA)
        String schema();

        /** Whether the schema may hold tables of another service. */
        @WithDefault("false")
        @WithConverter(StrictBoolean.class)
        boolean allowShared();

        /** Whether to start on a schema that a newer build migrated, if its migrations are marked as compatible. */
        @WithDefault("false")
        @WithConverter(StrictBoolean.class)
        boolean allowNewer();

        /** Whether Postgres itself limits each statement to the rows of its owner. */
        @WithDefault("false")
        @WithConverter(RowSecurity.Setting.class)
        RowSecurity rowSecurity();
    }

    /** Converts true and false only. The stock converter takes every unknown word for false. */
    class StrictBoolean implements Converter<Boolean> {
        @Override
        public Boolean convert(String value) {
            return switch (value.strip()) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("it must be true or false");
            };
        }
    }
}
