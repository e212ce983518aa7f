package dev.bobbin;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Takes away what comes along when settings are pasted, or read from a file: space and line breaks around a value, and around
 * one of ours the quotation marks that a shell would have taken away, and a {@code .env} file or a Secret keeps.
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
        if (name.startsWith("bobbin.") && stripped.matches("(?s)(['\"]).*\\1") && stripped.length() > 1) {
            stripped = stripped.substring(1, stripped.length() - 1).strip();
        }
        return stripped.equals(value.getValue()) ? value : value.withValue(stripped);
    }
}
