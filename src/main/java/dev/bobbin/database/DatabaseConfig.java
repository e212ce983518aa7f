package dev.bobbin.database;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How the database is used. Which one it is, {@code DATABASE_URL} says. */
@ConfigMapping(prefix = "bobbin")
public interface DatabaseConfig {

    /** Whether the schema is brought up to date before the first request is taken. */
    @WithDefault("true")
    @WithConverter(StrictBoolean.class)
    boolean migrateAtStart();

    /** How long the start waits for a database that does not answer. */
    @WithDefault("60s")
    @DurationMin(seconds = 0)
    Duration migrateTimeout();

    @Valid
    Pool pool();

    Adoption owner();

    interface Pool {
        /** The most connections; together with the number of replicas it must stay below the database's limit. */
        @WithDefault("10")
        @Min(1)
        int maxSize();

        /** An unused connection is closed after this time, so that a sleeping database is left alone. */
        @WithDefault("60s")
        @DurationMin(seconds = 1)
        Duration idleTimeout();

        /** How long a request waits for a connection. */
        @WithDefault("30s")
        @DurationMin(millis = 1)
        Duration acquireTimeout();

        /** How long one attempt to connect may take, the waking of the database included. */
        @WithDefault("15s")
        @DurationMin(millis = 1)
        Duration connectTimeout();
    }

    interface Adoption {
        /** {@code tenant/user} who gets the rows of tables that were there before owners were. */
        @WithName("adopt-as")
        @WithDefault("local/local")
        String adoptAs();
    }
}
