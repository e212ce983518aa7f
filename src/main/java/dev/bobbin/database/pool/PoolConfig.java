package dev.bobbin.database.pool;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How connections are kept, checked and waited for. */
@ConfigMapping(prefix = "bobbin.pool")
public interface PoolConfig {

    /** The most connections; together with the number of replicas it must stay below the database's limit. */
    @WithDefault("10")
    @Min(1)
    int maxSize();

    /** The most calls that wait for a connection; the next ones are refused at once. */
    @WithDefault("2000")
    @Min(1)
    int maxWaiting();

    /** An unused connection is closed after this time, down to none, so that a sleeping database is left alone. */
    @WithDefault("60s")
    @DurationMin(seconds = 1)
    Duration idleTimeout();

    /** A connection is replaced after this time, less a random part of up to a tenth. */
    @WithDefault("30m")
    @DurationMin(seconds = 1)
    Duration recycle();

    /** A connection that was idle for longer than this is pinged before it is lent. */
    @WithDefault("5s")
    @DurationMin(millis = 0)
    Duration prePingAfter();

    /** A connection whose ping takes longer is dead. */
    @WithDefault("1s")
    @DurationMin(millis = 1)
    Duration pingTimeout();

    /** How long a call waits for a connection, the waking of the database included. */
    @WithDefault("30s")
    @DurationMin(millis = 1)
    Duration acquireTimeout();

    /** How long one attempt to connect may take, the waking of the database included. */
    @WithDefault("15s")
    @DurationMin(millis = 1)
    Duration connectTimeout();

    /**
     * How long a call may be with the database once it has a connection. A statement that is silent for almost half of this
     * is cancelled, given up with its connection, and sent once more.
     */
    @WithDefault("30s")
    @DurationMin(millis = 2)
    Duration statementTimeout();

    /** The pause between attempts to reach a database that is down, at first; it doubles up to ten times as much. */
    @WithDefault("5s")
    @DurationMin(millis = 10)
    Duration probeInterval();
}
