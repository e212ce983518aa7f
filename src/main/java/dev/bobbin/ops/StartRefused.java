package dev.bobbin.ops;

import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Ends the start with exit code 1 and one line on the error stream: what is wrong, and what to do about it. Quarkus
 * prints a {@code ConfigurationException} that way, and any other exception with its stack trace.
 */
public class StartRefused extends ConfigurationException {

    public StartRefused(String message) {
        super("Bobbin does not start: " + message);
    }
}
