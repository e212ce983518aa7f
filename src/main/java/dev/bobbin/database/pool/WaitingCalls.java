package dev.bobbin.database.pool;

import io.netty.channel.EventLoop;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The queue of calls that wait for a connection. Guarded by the pool. */
final class WaitingCalls {

    /** A call that waits since a moment. */
    record Waiter(ContextInternal context, Promise<Lease> lease, long since, Call call) {}

    private final ConnectionPool pool;
    private final long patience;
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

    WaitingCalls(ConnectionPool pool) {
        this.pool = pool;
        this.patience = pool.config.acquireTimeout().toNanos();
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    int size() {
        return waiters.size();
    }

    @Nullable
    Waiter first() {
        return waiters.peekFirst();
    }

    /** Lets it wait, or fail if there is a {@code refusal}. */
    void add(Waiter waiter, @Nullable String refusal, List<Runnable> then) {
        if (refusal == null) {
            waiters.add(waiter);
            setAlarm(waiter);
        } else {
            fail(List.of(waiter), refusal, waiter.since(), then);
        }
    }

    private void setAlarm(Waiter waiter) {
        pool.alarm.at(waiter.since() + patience);
        pool.alarm.at(waiter.call().end());
    }

    void lend(Lease lease, Waiter waiter, long now, List<Runnable> then) {
        waiters.remove(waiter);
        complete(lease, waiter, now, then);
    }

    private void complete(Lease lease, Waiter waiter, long now, List<Runnable> then) {
        then.add(() -> {
            pool.meters.acquired(now - waiter.since());
            waiter.lease().complete(lease);
        });
    }

    /** Lends what {@code shared} finds to those for which it finds one. */
    void join(Function<Waiter, @Nullable Lease> shared, long now, List<Runnable> then) {
        waiters.removeIf(waiter -> {
            Lease lease = shared.apply(waiter);
            if (lease != null) {
                complete(lease, waiter, now, then);
            }
            return lease != null;
        });
    }

    /** The contexts of those that need a connection each: reads of an event loop need one together. */
    List<ContextInternal> needs() {
        Set<EventLoop> reading = new HashSet<>();
        return waiters.stream()
                .filter(waiter ->
                        !waiter.call().shares() || reading.add(waiter.context().nettyEventLoop()))
                .map(Waiter::context)
                .toList();
    }

    /** Fails those that have waited for acquire-timeout, or whose call ends. */
    void failLate(long now, List<Runnable> then) {
        List<Waiter> late = new ArrayList<>();
        waiters.removeIf(
                waiter -> (hasLostPatience(waiter, now) || waiter.call().end() - now <= 0) && late.add(waiter));
        waiters.forEach(this::setAlarm);
        String waited = "no connection within " + pool.config.acquireTimeout().toMillis() + " ms";
        boolean isDown = pool.connections.isEmpty() && late.stream().anyMatch(waiter -> hasLostPatience(waiter, now));
        String why = isDown ? waited + ": " + pool.reconnect.callDown(waited, now) : waited;
        fail(late, why, now, then);
    }

    private boolean hasLostPatience(Waiter waiter, long now) {
        return now - waiter.since() >= patience;
    }

    void failAll(String why, long now, List<Runnable> then) {
        fail(List.copyOf(waiters), why, now, then);
        waiters.clear();
    }

    private void fail(List<Waiter> failed, String why, long now, List<Runnable> then) {
        failed.forEach(waiter -> then.add(() -> {
            pool.meters.acquired(now - waiter.since());
            waiter.lease().fail(new PoolException(why, null));
        }));
    }
}
