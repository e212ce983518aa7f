package dev.bobbin.database.pool;

import dev.bobbin.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How connections are kept, checked and waited for. */
@ConfigMapping(prefix = "bobbin.pool")
public interface PoolConfig {

    /** The most connections; together with the number of replicas it must stay below the database's limit. */
    @WithDefault("10")
    @Bounds(min = "1")
    int maxSize();

    /** The most calls that wait for a connection; the next ones are refused at once. */
    @WithDefault("2000")
    @Bounds(min = "1")
    int maxWaiting();

    /** An unused connection is closed after this time, down to none, so that a sleeping database is left alone. */
    @WithDefault("60s")
    @Bounds(min = "1s")
    Duration idleTimeout();

    /** A connection is replaced after this time, less a random part of up to a tenth. */
    @WithDefault("30m")
    @Bounds(min = "1s")
    Duration recycle();

    /** A connection that was idle for longer than this is pinged before it is lent. */
    @WithDefault("5s")
    @Bounds(min = "0s")
    Duration prePingAfter();

    /** A connection whose ping takes longer is dead. */
    @WithDefault("1s")
    @Bounds(min = "1ms")
    Duration pingTimeout();

    /** How long a call waits for a connection, the waking of the database included. */
    @WithDefault("30s")
    @Bounds(min = "1ms")
    Duration acquireTimeout();

    /** How long one attempt to connect may take, the waking of the database included. */
    @WithDefault("15s")
    @Bounds(min = "1ms")
    Duration connectTimeout();

    /**
     * How long a call may be with the database once it has a connection. A statement that is silent for almost half of this
     * is cancelled, given up with its connection, and sent once more.
     */
    @WithDefault("30s")
    @Bounds(min = "2ms")
    Duration statementTimeout();

    /** The pause between attempts to reach a database that is down, at first; it doubles up to ten times as much. */
    @WithDefault("5s")
    @Bounds(min = "10ms")
    Duration probeInterval();
}
