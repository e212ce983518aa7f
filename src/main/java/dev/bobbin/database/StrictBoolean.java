package dev.bobbin.database;

import org.eclipse.microprofile.config.spi.Converter;

/** True or false. The stock converter takes every word it does not know for false. */
public class StrictBoolean implements Converter<Boolean> {

    @Override
    public Boolean convert(String value) {
        return switch (value.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("it must be true or false");
        };
    }
}
