package dev.bobbin;

import io.quarkus.runtime.configuration.ConfigurationException;

/** Ends the start with exit code 1 and one line on the error stream, which says what is wrong and what to do about it. */
public class StartupException extends ConfigurationException {

    public StartupException(String message) {
        super(message);
    }
}
