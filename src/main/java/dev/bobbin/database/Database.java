package dev.bobbin.database;

import dev.bobbin.ops.StartRefused;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** The database that this process works on: the one {@code DATABASE_URL} names, or in dev mode one of its own. */
@Singleton
public class Database {

    private final Optional<String> configured;
    private final Instance<OwnDatabase> own;

    Database(Config config, Instance<OwnDatabase> own) {
        // as it was written: a password may hold what the configuration would take for an expression
        this.configured = Optional.ofNullable(
                        config.getConfigValue("DATABASE_URL").getRawValue())
                .filter(url -> !url.isBlank());
        this.own = own;
    }

    /** A database that the process brings along. Only dev mode has one. */
    public interface OwnDatabase {
        DatabaseUrl url();
    }

    /**
     * Where the database is, and as whom to log in.
     *
     * @throws StartRefused when there is none, or its URL is malformed
     */
    public DatabaseUrl url() {
        if (configured.isEmpty() && own.isResolvable()) {
            return own.get().url();
        }
        String url = configured.orElseThrow(() -> new StartRefused(
                "DATABASE_URL is not set. Set it to the Postgres database to use, in the form " + DatabaseUrl.EXAMPLE));
        try {
            return DatabaseUrl.parse(url);
        } catch (IllegalArgumentException malformed) {
            throw new StartRefused("DATABASE_URL cannot be used: " + malformed.getMessage() + ". A correct form is "
                    + DatabaseUrl.EXAMPLE);
        }
    }
}
