package dev.bobbin.command;

/** A command cannot go on. The message says why, and what to do. */
final class DataFailure extends RuntimeException {

    DataFailure(String message, Throwable cause) {
        super(message, cause);
    }

    DataFailure(String message) {
        super(message);
    }
}
