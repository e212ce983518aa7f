package dev.bobbin.database.pool;

import io.vertx.core.VertxException;

/** No connection could be lent. Nothing was sent. */
public final class DatabaseUnavailable extends VertxException {

    private static final long serialVersionUID = 1;

    DatabaseUnavailable(String message) {
        super(message, true);
    }
}
