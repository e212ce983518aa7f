package dev.bobbin.database.pool;

import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;

/**
 * A call that waits for a connection, since and until; times are of {@link Timers#nanos()}.
 *
 * @param callUntil when the call ends that has the connection then
 */
record Waiter(ContextInternal context, Promise<Lease> lease, long since, long until, long callUntil) {}
