package dev.bobbin.neon;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The compute behind the endpoints: whether it is awake, what keeps it so, and what that costs. Event loop only. */
final class Compute {

    /** Who is connected to it. */
    interface Sessions {

        /** Whether a statement runs or a transaction is open: that is activity for as long as it lasts. */
        boolean anyBusy();

        void end(Ending ending);
    }

    private final Vertx vertx;
    private final Sessions sessions;
    private final Tally tally;
    private final Consumer<String> news;
    private final List<Runnable> waiting = new ArrayList<>();
    private State state = State.ACTIVE;
    private Duration wakeGap = Duration.ofMillis(300);
    private Duration suspendAfter;
    private Ending ending = Ending.TERMINATED;
    private long poll = -1;
    private long wake = -1;
    private long lastActivity = System.nanoTime();
    private long awakeSince = System.nanoTime();
    private long awakeBefore;

    Compute(Vertx vertx, Sessions sessions, Tally tally, Consumer<String> news) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.tally = tally;
        this.news = news;
    }

    State state() {
        return state;
    }

    void setWakeGap(Duration gap) {
        wakeGap = gap;
    }

    /** Suspends it when nothing was going on for so long, looking now and then as Neon does; null is never. */
    void setSuspendAfter(Duration after, Ending with) {
        vertx.cancelTimer(poll);
        suspendAfter = after;
        ending = with;
        touch();
        if (after != null) {
            poll = vertx.setPeriodic(Math.min(500, Math.max(10, after.toMillis() / 10)), tick -> suspendIfIdle());
        }
    }

    /** Activity: a statement, or a session that opens. */
    void touch() {
        lastActivity = System.nanoTime();
    }

    /** Runs it when the compute is awake, which it wakes for that. Whoever comes while it wakes waits for the same end. */
    void whenAwake(Runnable work) {
        if (state == State.ACTIVE) {
            work.run();
            return;
        }
        waiting.add(work);
        if (state == State.SUSPENDED) {
            state = State.WAKING;
            awakeSince = System.nanoTime();
            tally.wake();
            news.accept("waking, which takes " + wakeGap.toMillis() + " ms");
            wake = vertx.setTimer(Math.max(1, wakeGap.toMillis()), done -> awake());
        }
    }

    void wakeNow() {
        if (state == State.WAKING) {
            vertx.cancelTimer(wake);
            awake();
        }
    }

    void suspend(Ending ending) {
        if (state != State.SUSPENDED) {
            vertx.cancelTimer(wake);
            waiting.clear();
            awakeBefore += System.nanoTime() - awakeSince;
            state = State.SUSPENDED;
            tally.suspend();
            news.accept("suspended; awake for %.1f s until now".formatted(awakeSeconds()));
        }
        sessions.end(ending);
    }

    double awakeSeconds() {
        long now = state == State.SUSPENDED ? 0 : System.nanoTime() - awakeSince;
        return (awakeBefore + now) / 1e9;
    }

    void resetAwakeSeconds() {
        awakeBefore = 0;
        awakeSince = System.nanoTime();
    }

    private void awake() {
        state = State.ACTIVE;
        touch();
        news.accept("awake");
        List<Runnable> ready = List.copyOf(waiting);
        waiting.clear();
        ready.forEach(Runnable::run);
    }

    private void suspendIfIdle() {
        if (sessions.anyBusy()) {
            touch();
        } else if (state == State.ACTIVE && System.nanoTime() - lastActivity >= suspendAfter.toNanos()) {
            suspend(ending);
        }
    }
}
