package dev.bobbin;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Strips whitespace around a value that was pasted or read from a file, and around our own settings also the quotation marks
 * that a {@code .env} file or a Secret keeps, unlike a shell.
 */
public class PastedSettings implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        @Nullable ConfigValue value = context.proceed(name);
        if (value == null || value.getValue() == null) {
            return value;
        }
        String stripped = value.getValue().strip();
        if (name.startsWith("bobbin.")) {
            stripped = stripped.replaceFirst("(?s)^(['\"])(.*)\\1$", "$2").strip();
        }
        return stripped.equals(value.getValue()) ? value : value.withValue(stripped);
    }
}
