package dev.bobbin.database.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When to connect again while no connection is open, and when to call the database down. Guarded by the pool. */
final class Reconnect {

    private static final Backoff SOON = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(4));
    private static final Backoff LATER = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    private final Backoff probes;
    /** So few that the database sleeps in between, as Neon does after five minutes. */
    private final Backoff probesThatWake;

    private final long patience;
    private boolean underWay;
    private long began;
    private int failures;
    private int failuresWhileDown;
    private long retryAt;
    private long probeAt;
    private @Nullable ConnectFailure lastFailure;
    private @Nullable String down;

    Reconnect(PoolConfig config, long now) {
        this.patience = config.acquireTimeout().toNanos();
        this.retryAt = now;
        this.probeAt = now;
        Duration interval = config.probeInterval();
        this.probes = new Backoff(interval, interval.multipliedBy(10));
        this.probesThatWake = new Backoff(interval, interval.multipliedBy(360));
    }

    void begin(long now) {
        if (!underWay) {
            underWay = true;
            began = now;
        }
    }

    /** Returns the nanoseconds since the first attempt. */
    long succeeded(long now) {
        long took = underWay ? now - began : 0;
        underWay = false;
        failures = 0;
        failuresWhileDown = 0;
        retryAt = now;
        lastFailure = null;
        down = null;
        return took;
    }

    void failed(ConnectFailure failure, boolean othersOpen, long now) {
        failures++;
        lastFailure = failure;
        retryAt = now
                + switch (failure.kind()) {
                    case RETRY -> SOON.jittered(failures);
                    case BACK_OFF -> LATER.full(1) / 2 + LATER.jittered(failures);
                    case HOPELESS -> LATER.full(failures);
                };
        if (!othersOpen) {
            begin(now);
            if (failure.isHopeless() || now - began >= patience) {
                callDown(failure.reason(), now);
            }
        }
        if (down != null) {
            failuresWhileDown++;
            Backoff pause = failure.wokeDatabase() ? probesThatWake : probes;
            probeAt = now + pause.full(failuresWhileDown);
        }
    }

    /** Returns why it is down: the last failure, or {@code otherwise}. */
    String callDown(String otherwise, long now) {
        begin(now);
        down = lastFailure == null ? otherwise : lastFailure.reason();
        probeAt = now + probes.full(1);
        return down;
    }

    /** Whether the last attempt succeeded, or there was none. */
    boolean isSmooth() {
        return failures == 0;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Why the database is down, or null. */
    @Nullable
    String down() {
        return down;
    }

    /** Why the database is down, if it refused so recently that another attempt makes no sense; or null. */
    @Nullable
    String refusal(long now) {
        return lastFailure != null && lastFailure.isHopeless() && retryAt - now > 0 ? down : null;
    }

    /** When the next attempt is due. While the database is down and no call waits for it, attempts are few. */
    long due(boolean callsWait) {
        return down == null || callsWait ? retryAt : probeAt;
    }
}
