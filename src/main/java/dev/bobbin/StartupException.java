package dev.bobbin;

import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Ends the start with exit code 1 and one line on the error stream: what is wrong, and what to do about it. Quarkus
 * prints a {@code ConfigurationException} that way, and any other exception with its stack trace.
 */
public class StartupException extends ConfigurationException {

    private final String reason;

    public StartupException(String message) {
        super("Bobbin does not start: " + message);
        this.reason = message;
    }

    /** The message for where it is not a start that is refused. */
    public String reason() {
        return reason;
    }
}
