package dev.bobbin.http;

import io.vertx.ext.web.RoutingContext;

/** Ends a transfer that makes no progress, or that takes too long. Used by one event loop only. */
final class TransferTimer {

    private final RoutingContext http;
    private final long stall;
    private final long total;
    private final Runnable expired;
    /** How long it ran before it was stopped, which counts towards {@link #total}. */
    private long used;

    private long began;
    private long lastProgress;
    private long timer = -1;

    TransferTimer(RoutingContext http, MemoryConfig config, Runnable expired) {
        this.http = http;
        this.stall = config.stallTimeout().toNanos();
        this.total = config.transferTimeout().toNanos();
        this.expired = expired;
        http.addEndHandler(over -> stop());
    }

    /** Starts, or goes on after {@link #stop}. The time in between does not count. */
    void start() {
        stop();
        began = System.nanoTime();
        lastProgress = began;
        schedule(began);
    }

    void progress() {
        lastProgress = System.nanoTime();
    }

    void stop() {
        if (http.vertx().cancelTimer(timer)) {
            used += System.nanoTime() - began;
        }
    }

    private void schedule(long now) {
        long left = Math.min(lastProgress + stall - now, began + total - used - now);
        if (left <= 0) {
            expired.run();
        } else {
            timer = http.vertx().setTimer(left / 1_000_000 + 1, fired -> schedule(System.nanoTime()));
        }
    }
}
