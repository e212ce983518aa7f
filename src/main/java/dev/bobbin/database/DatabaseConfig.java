package dev.bobbin.database;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How the database is used. Which one it is, {@code DATABASE_URL} says. */
@ConfigMapping(prefix = "bobbin")
public interface DatabaseConfig {

    String SCHEMA = "bobbin.database.schema";
    String DEFAULT_SCHEMA = "public";

    /** Whether the schema is brought up to date before the first request is taken. */
    @WithDefault("true")
    @WithConverter(StrictBoolean.class)
    boolean migrateAtStart();

    /** How long the start waits for a database that does not answer. */
    @WithDefault("90s")
    @DurationMin(seconds = 0)
    Duration migrateTimeout();

    Adoption owner();

    Connections database();

    interface Adoption {
        /** {@code tenant/user} who gets the rows of tables that were there before owners were. */
        @WithName("adopt-as")
        @WithDefault("local/local")
        String adoptAs();
    }

    interface Connections {
        /** Whether a URL may ask for connections to another machine that are not, or not surely, encrypted. */
        @WithDefault("false")
        @WithConverter(StrictBoolean.class)
        boolean allowPlaintext();

        /** The schema of Bobbin's tables; {@link Database#schema()} says which names can be. */
        @WithDefault(DEFAULT_SCHEMA)
        String schema();

        /** Whether the schema may hold tables of another service. */
        @WithDefault("false")
        @WithConverter(StrictBoolean.class)
        boolean allowShared();

        /** Whether to start on a schema that a newer build migrated, when its migrations are marked as compatible. */
        @WithDefault("false")
        @WithConverter(StrictBoolean.class)
        boolean allowNewer();
    }
}
