package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.sqlclient.impl.Connection;

/** A connection of the client's, with what the pool does to one besides lending it. */
interface OpenConnection {

    Connection physical();

    /** Whether code on this context needs no other thread to use it. */
    boolean isOn(ContextInternal context);

    /** One round trip; without an end where no answer comes. */
    Future<Void> ping();

    /** Says goodbye to the server. Completes when the server has closed. */
    Future<Void> close();

    /** Ends it without a word: statements under way fail. */
    void discard();
}
