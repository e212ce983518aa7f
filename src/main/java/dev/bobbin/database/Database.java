package dev.bobbin.database;

import dev.bobbin.StartupException;
import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.database.connect.TlsPolicy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;

/** The database that this process works on: the one {@code DATABASE_URL} names, or in dev mode one of its own. */
@Singleton
public class Database {

    static final String URL = "DATABASE_URL";
    static final String DIRECT_URL = "DATABASE_DIRECT_URL";

    private final Optional<String> configured;
    private final Optional<String> configuredDirect;
    private final DatabaseConfig settings;
    private final Supplier<Optional<OwnDatabase>> own;
    private final Schema schema;

    @Inject
    Database(Config config, DatabaseConfig settings, Instance<OwnDatabase> own) {
        this(config, settings, () -> own.isResolvable() ? Optional.of(own.get()) : Optional.empty());
    }

    private Database(Config config, DatabaseConfig settings, Supplier<Optional<OwnDatabase>> own) {
        this.configured = asWritten(config, URL);
        this.configuredDirect = asWritten(config, DIRECT_URL);
        this.settings = settings;
        this.own = own;
        this.schema = schema(settings.database().schema());
    }

    /** The database that a configuration names, where there is no container and so no database of the process' own. */
    public static Database of(Config config, DatabaseConfig settings) {
        return new Database(config, settings, Optional::empty);
    }

    /** A database that the process brings along. Only dev mode has one. */
    public interface OwnDatabase {
        DatabaseUrl url();
    }

    /**
     * Where the database is, and as whom to log in.
     *
     * @throws StartupException when there is none, its URL is malformed, or asks for connections that must not be
     */
    public DatabaseUrl url() {
        if (configured.isEmpty()) {
            Optional<OwnDatabase> brought = own.get();
            if (brought.isPresent()) {
                return brought.get().url();
            }
        }
        String url = configured.orElseThrow(() -> new StartupException(
                URL + " is not set. Set it to the Postgres database to use, in the form " + DatabaseUrl.EXAMPLE));
        return parse(URL, url);
    }

    /**
     * The same database for what a pooler cannot do, such as migrations: {@code DATABASE_DIRECT_URL}, or else
     * {@code DATABASE_URL} without Neon's pooler. It is still a pooled one where neither tells another.
     *
     * @throws StartupException as {@link #url()}
     */
    public DatabaseUrl directUrl() {
        return hasDirectUrl() ? parse(DIRECT_URL, configuredDirect.orElseThrow()) : url().withoutPooler();
    }

    /** Whether {@link #directUrl()} is one that was configured; never for a database of the process' own. */
    public boolean hasDirectUrl() {
        return configured.isPresent() && configuredDirect.isPresent();
    }

    /** The schema of Bobbin's tables. A name that cannot be one has stopped the start. */
    public Schema schema() {
        return schema;
    }

    private static Schema schema(String name) {
        try {
            return new Schema(name);
        } catch (IllegalArgumentException refused) {
            throw new StartupException(DatabaseConfig.SCHEMA + " (BOBBIN_DATABASE_SCHEMA) cannot be used: "
                    + refused.getMessage() + ". Set it to the name of the schema that holds Bobbin's tables, such as "
                    + DatabaseConfig.DEFAULT_SCHEMA);
        }
    }

    /** How connections to {@link #url()} are secured. */
    public TlsPolicy tls() {
        return tls(URL, url());
    }

    /** How connections to {@link #directUrl()} are secured. */
    public TlsPolicy directTls() {
        return tls(hasDirectUrl() ? DIRECT_URL : URL, directUrl());
    }

    private DatabaseUrl parse(String variable, String text) {
        DatabaseUrl url;
        try {
            url = DatabaseUrl.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new StartupException(variable + " cannot be used: " + malformed.getMessage() + ". A correct form is "
                    + DatabaseUrl.EXAMPLE);
        }
        tls(variable, url);
        return url;
    }

    private TlsPolicy tls(String variable, DatabaseUrl url) {
        try {
            return TlsPolicy.of(url, settings.database().allowPlaintext());
        } catch (IllegalArgumentException refused) {
            throw new StartupException(variable + " cannot be used: " + refused.getMessage());
        }
    }

    /** A password may hold what the configuration would take for an expression. */
    private static Optional<String> asWritten(Config config, String variable) {
        return Optional.ofNullable(config.getConfigValue(variable).getRawValue())
                .filter(url -> !url.isBlank());
    }
}
