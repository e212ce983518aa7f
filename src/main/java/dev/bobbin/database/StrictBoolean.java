package dev.bobbin.database;

import org.eclipse.microprofile.config.spi.Converter;

/** Converts true and false only. The stock converter takes every unknown word for false. */
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
