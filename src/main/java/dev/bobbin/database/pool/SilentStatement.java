package dev.bobbin.database.pool;

import java.io.IOException;

/** A statement was cancelled because there was no answer. */
final class SilentStatement extends IOException {

    private static final long serialVersionUID = 1;

    SilentStatement() {
        super("the statement was silent, and cancelled");
    }
}
