package dev.bobbin.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** What a connection may cost before a call has begun. */
@ConfigMapping(prefix = "bobbin.http")
public interface HttpConfig {

    /**
     * How long a new connection may stay silent, and how long a request's head may take from its first byte on. Bodies,
     * and calls that wait for the database, have bounds of their own.
     */
    @WithDefault("30s")
    @DurationMin(millis = 1)
    Duration headTimeout();
}
