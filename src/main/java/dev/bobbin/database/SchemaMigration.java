package dev.bobbin.database;

import dev.bobbin.ops.StartRefused;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Brings the schema up to date before the service listens, and waits for a database that does not answer yet. */
@ApplicationScoped
class SchemaMigration {

    private static final Logger LOG = Logger.getLogger(SchemaMigration.class);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    /** SQLSTATEs, or their classes, that waiting does not mend: invalid credentials, no such database, no privilege. */
    private static final Set<String> HOPELESS = Set.of("28", "3D", "42501");

    private final Database database;
    private final DatabaseConfig config;
    private final Provider<Flyway> flyway;
    private volatile String version = "not migrated at start";

    SchemaMigration(Database database, DatabaseConfig config, Provider<Flyway> flyway) {
        this.database = database;
        this.config = config;
        this.flyway = flyway;
    }

    /** The version that the start migrated to; "not migrated at start" when it was told not to. */
    String version() {
        return version;
    }

    void onStart(@Observes StartupEvent start) {
        LOG.infof("Database: %s", database.url());
        database.tls().warning().ifPresent(LOG::warn);
        if (config.migrateAtStart()) {
            DatabaseUrl direct = database.directUrl();
            if (!direct.equals(database.url())) {
                LOG.infof("Migrations: %s", direct);
            }
            if (database.hasDirectUrl()) {
                database.directTls().warning().ifPresent(LOG::warn);
            }
            refusePooled(direct);
            migrate(direct);
        }
    }

    /** A pooler that works by the transaction mixes up what one session sets and another finds. */
    private static void refusePooled(DatabaseUrl direct) {
        if (direct.isPooled()) {
            throw new StartRefused(direct.server() + " is a pooler, through which the schema cannot be migrated safely."
                    + " Set DATABASE_DIRECT_URL to the same database without the pooler, or"
                    + " BOBBIN_MIGRATE_AT_START=false where another step of the deployment migrates");
        }
    }

    private void migrate(DatabaseUrl url) {
        long deadline = System.nanoTime() + config.migrateTimeout().toNanos();
        Duration pause = Duration.ofMillis(500);
        while (true) {
            try {
                MigrateResult result = flyway.get().migrate();
                version = result.targetSchemaVersion == null ? result.initialSchemaVersion : result.targetSchemaVersion;
                LOG.infof("Schema is at version %s (%d migrations executed now)", version, result.migrationsExecuted);
                return;
            } catch (FlywayException failure) {
                TlsFailure.explain(failure, url).ifPresent(why -> {
                    throw new StartRefused(why);
                });
                SQLException cause = sqlCause(failure);
                if (cause == null || !isConnectionTrouble(cause)) {
                    throw new StartRefused("the schema of " + url + " cannot be migrated; nothing was changed by the "
                            + "migration that failed. " + oneLine(failure.getMessage()));
                }
                boolean hopeless = HOPELESS.contains(sqlState(cause))
                        || HOPELESS.contains(sqlState(cause).substring(0, 2));
                if (hopeless) {
                    throw new StartRefused(url + " refuses: " + oneLine(cause.getMessage())
                            + ". Check DATABASE_URL and the role's rights");
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new StartRefused(
                            url + " did not answer for "
                                    + config.migrateTimeout().toSeconds() + " s: "
                                    + oneLine(cause.getMessage())
                                    + ". Check DATABASE_URL and that the database runs (bobbin.migrate-timeout is how long to wait)");
                }
                LOG.warnf("%s does not answer (%s); trying again", url, oneLine(cause.getMessage()));
                sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
    }

    private static @Nullable SQLException sqlCause(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException e) {
                return e;
            }
        }
        return null;
    }

    /** 08 connection exception, 53 insufficient resources, 57P starting up or shutting down; XX000 is Neon's proxy. */
    private static boolean isConnectionTrouble(SQLException e) {
        String state = sqlState(e);
        return state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57P")
                || state.startsWith("28")
                || state.startsWith("3D")
                || state.equals("XX000");
    }

    private static String sqlState(SQLException e) {
        return e.getSQLState() == null ? "     " : e.getSQLState();
    }

    private static String oneLine(@Nullable String message) {
        return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("it was interrupted while it waited for the database");
        }
    }
}
