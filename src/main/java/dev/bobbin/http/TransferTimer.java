package dev.bobbin.http;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;

/** Ends a transfer that makes no progress or takes too long. For one event loop. */
final class TransferTimer {

    private final Vertx vertx;
    private final LongSupplier nanos;
    private final long stall;
    private final long total;
    private final Runnable expired;

    /** How long it ran before it was stopped, which counts towards {@link #total}. */
    private long used;

    private long began;
    private long lastProgress;
    private long timer = -1;

    TransferTimer(Vertx vertx, LongSupplier nanos, HttpConfig.Memory config, Runnable expired) {
        this.vertx = vertx;
        this.nanos = nanos;
        this.stall = config.stallTimeout().toNanos();
        this.total = config.transferTimeout().toNanos();
        this.expired = expired;
    }

    /** Starts, or goes on after {@link #stop}; the time in between does not count. */
    void start() {
        stop();
        began = nanos.getAsLong();
        lastProgress = began;
        schedule(began);
    }

    void progress() {
        lastProgress = nanos.getAsLong();
    }

    void stop() {
        if (vertx.cancelTimer(timer)) {
            used += nanos.getAsLong() - began;
        }
    }

    private void schedule(long now) {
        long left = Math.min(lastProgress + stall - now, began + total - used - now);
        if (left <= 0) {
            expired.run();
        } else {
            timer = vertx.setTimer(left / 1_000_000 + 1, fired -> schedule(nanos.getAsLong()));
        }
    }
}
