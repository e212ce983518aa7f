package dev.bobbin.database;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.config.spi.Converter;

/** Whether Postgres itself limits each statement to the rows of its owner, by policies on the tables. */
@RegisterForReflection
public enum RowSecurity {
    OFF("false"),
    /** Statements name their owner, and the tables have no policies yet: for a deployment that replaces instances in turn. */
    PREPARED("prepare"),
    ON("true");

    private final String setting;

    RowSecurity(String setting) {
        this.setting = setting;
    }

    public static final class Setting implements Converter<RowSecurity> {
        @Override
        public RowSecurity convert(String value) {
            for (RowSecurity each : values()) {
                if (each.setting.equals(value.strip())) {
                    return each;
                }
            }
            throw new IllegalArgumentException("it must be true, prepare or false");
        }
    }
}
