package dev.bobbin;

import io.quarkus.runtime.configuration.ConfigurationException;

/** Fails the start with exit code 1 and one line on the error stream, which names the problem and the remedy. */
public class StartupException extends ConfigurationException {

    public StartupException(String message) {
        super(message);
    }
}
