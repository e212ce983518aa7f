package dev.bobbin.database;

import dev.bobbin.StartupException;
import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.database.connect.TlsPolicy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** The database that this process uses: the one of {@code DATABASE_URL}, or in dev mode one of its own. */
@Singleton
public class Database {

    private static final String URL = "DATABASE_URL";
    private static final String DIRECT_URL = "DATABASE_DIRECT_URL";

    private final Optional<String> configured;
    private final Optional<String> configuredDirect;
    private final boolean allowPlaintext;
    private final @Nullable Instance<OwnDatabase> own;
    private final Schema schema;

    /** @param own null where there are no beans, as in commands */
    @Inject
    public Database(Config config, DatabaseConfig settings, @Nullable Instance<OwnDatabase> own) {
        this.configured = asWritten(config, URL);
        this.configuredDirect = asWritten(config, DIRECT_URL);
        this.allowPlaintext = settings.database().allowPlaintext();
        this.own = own;
        this.schema = new Schema(settings.database().schema());
    }

    /** A database that the process starts itself. Only dev mode has one. */
    public interface OwnDatabase {
        DatabaseUrl url();
    }

    /**
     * The database's URL.
     *
     * @throws StartupException when there is none, or it is malformed or not safe enough
     */
    public DatabaseUrl url() {
        if (configured.isEmpty() && own != null && own.isResolvable()) {
            return own.get().url();
        }
        return parse(
                URL,
                configured.orElseThrow(() -> new StartupException(URL
                        + " is not set. Set it to the Postgres database to use, in the form " + DatabaseUrl.EXAMPLE)));
    }

    /**
     * The same database for what a pooler cannot do, such as migrations: {@code DATABASE_DIRECT_URL}, or else
     * {@code DATABASE_URL} without Neon's pooler.
     *
     * @throws StartupException as {@link #url()}
     */
    public DatabaseUrl directUrl() {
        // not for a database of the process' own
        return configured.isPresent() && configuredDirect.isPresent()
                ? parse(DIRECT_URL, configuredDirect.get())
                : url().withoutPooler();
    }

    public Schema schema() {
        return schema;
    }

    private DatabaseUrl parse(String variable, String text) {
        String remedy = ". A correct form is " + DatabaseUrl.EXAMPLE;
        try {
            DatabaseUrl url = DatabaseUrl.parse(text);
            // says its remedy itself
            remedy = "";
            TlsPolicy.check(url, allowPlaintext);
            return url;
        } catch (IllegalArgumentException refused) {
            throw new StartupException(variable + " cannot be used: " + refused.getMessage() + remedy);
        }
    }

    /** Without expansion: a password may contain what looks like an expression. */
    private static Optional<String> asWritten(Config config, String variable) {
        return Optional.ofNullable(config.getConfigValue(variable).getRawValue())
                .filter(url -> !url.isBlank());
    }
}
