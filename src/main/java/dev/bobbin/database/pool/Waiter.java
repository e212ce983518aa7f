package dev.bobbin.database.pool;

import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;

/** Somebody who waits for a connection, since and until; times are of {@link System#nanoTime()}. */
record Waiter(ContextInternal context, Promise<Lease> lease, long since, long until) {}
