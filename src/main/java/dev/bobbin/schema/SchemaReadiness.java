package dev.bobbin.schema;

import dev.bobbin.database.Database;
import dev.bobbin.database.DatabaseConfig;
import dev.bobbin.database.SchemaFailure;
import dev.bobbin.database.Sql;
import dev.bobbin.database.pool.Backoff;
import dev.bobbin.database.pool.PoolConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ready unless the schema cannot serve calls. Asks the database nothing until a call has failed for its schema; then one
 * look, in one session, finds the cause and the remedy. Looks are repeated until the cause is gone, at intervals that double,
 * so that the database sleeps in between; a call that fails meanwhile brings the next one forward.
 */
@Readiness
@ApplicationScoped
class SchemaReadiness implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(SchemaReadiness.class);

    /** How many times the first interval the longest one is, as for attempts to connect that wake: half an hour for 5 s. */
    private static final int LONGEST = 360;

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final String MISSING_RIGHTS =
            """
            select string_agg(distinct lower(p), ', '), string_agg(distinct c.relname, ', ')
            from pg_namespace n join pg_class c on c.relnamespace = n.oid
            cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p
            where n.nspname = ? and c.relname = any (?) and c.relkind = 'r'
              and not (has_schema_privilege(?, n.oid, 'USAGE') and has_table_privilege(?, c.oid, p))""";

    private final Vertx vertx;
    private final Database database;
    private final DatabaseConfig config;
    private final Backoff intervals;
    private @Nullable String reason;
    private boolean looking;
    private long timer = -1;
    private long lookedAt;
    private int looks;

    SchemaReadiness(Vertx vertx, Database database, DatabaseConfig config, PoolConfig pool) {
        this.vertx = vertx;
        this.database = database;
        this.config = config;
        Duration interval = pool.probeInterval();
        this.intervals = new Backoff(interval, interval.multipliedBy(LONGEST));
        this.lookedAt = System.nanoTime() - intervals.full(1);
    }

    @Override
    public synchronized HealthCheckResponse call() {
        var response = HealthCheckResponse.named("schema-access").status(reason == null);
        if (reason != null) {
            response.withData("reason", reason);
        }
        return response.build();
    }

    synchronized void onFailure(@Observes SchemaFailure failure) {
        if (!looking && System.nanoTime() - lookedAt >= intervals.full(1)) {
            vertx.cancelTimer(timer);
            look(failure.message());
        }
    }

    private synchronized void look(String failure) {
        looking = true;
        vertx.<@Nullable String>executeBlocking(this::cause)
                .onComplete(found -> looked(
                        found.succeeded() ? found.result() : found.cause().getMessage(), failure));
    }

    private synchronized void looked(@Nullable String found, String failure) {
        looking = false;
        lookedAt = System.nanoTime();
        if (found == null) {
            if (reason == null) {
                LOG.warnf("A call failed, and the schema is as the migrations made it: %s", failure);
            } else {
                LOG.info("The schema can serve calls again");
            }
            looks = 0;
        } else {
            if (!found.equals(reason)) {
                LOG.errorf("Calls fail with 503: %s", found);
            }
            looks++;
            long pause = Duration.ofNanos(intervals.full(looks)).toMillis();
            timer = vertx.setTimer(Math.max(1, pause), due -> look(failure));
        }
        reason = found;
    }

    /** Why the schema cannot serve calls, and what to do; null if it can. */
    private @Nullable String cause() {
        SchemaTarget target = SchemaTarget.of(database, config);
        return DirectConnection.ask(target, LOG::debug, connection -> Optional.ofNullable(cause(connection, target)))
                .orElse(null);
    }

    private @Nullable String cause(DirectConnection connection, SchemaTarget target) throws SQLException {
        String rights = missingRights(connection, target);
        String history = rights == null ? ofHistory(connection, target) : rights;
        return history == null ? ofTables(connection, target) : history;
    }

    private static @Nullable String ofHistory(DirectConnection connection, SchemaTarget target) throws SQLException {
        SchemaInspection found;
        try {
            found = SchemaInspection.ofMigrated(connection, target, Migrations.ours());
        } catch (SQLException failure) {
            if (ServerMessage.sqlState(failure).equals(INSUFFICIENT_PRIVILEGE)) {
                // a role that only serves need not see it
                return null;
            }
            throw failure;
        }
        if (found == null) {
            return "the " + target.where()
                    + " has not been migrated: run `db migrate`; `db check` says what it will do";
        }
        if (found.state().refusal() != null) {
            return found.state().refusal();
        }
        return found.state().pending().isEmpty()
                ? null
                : "the " + target.where() + " is at version " + found.version() + ", and this build needs version "
                        + Migrations.newest(Migrations.ours()) + ": run `db migrate`";
    }

    private static @Nullable String ofTables(DirectConnection connection, SchemaTarget target) throws SQLException {
        String breaking = Comparison.between(
                        Catalog.expected(target, Migrations.newest(Migrations.ours())),
                        Catalog.read(connection, target.schema()))
                .stream()
                .filter(Difference::isBreaking)
                .map(Difference::describe)
                .collect(Collectors.joining("; "));
        return breaking.isEmpty()
                ? null
                : "the tables in the " + target.where() + " are not as the migrations made them: " + breaking
                        + ". `db drift` lists all, and `db sync` adds what is missing";
    }

    private @Nullable String missingRights(DirectConnection connection, SchemaTarget target) throws SQLException {
        String role = database.url().user();
        String schema = Sql.quote(target.schema());
        String tables = Catalog.TABLES.stream()
                .sorted()
                .map(table -> schema + "." + table)
                .collect(Collectors.joining(", "));
        return connection
                .all(
                        MISSING_RIGHTS,
                        row -> row.getString(1) == null
                                ? ""
                                : "the role " + role + " may not " + row.getString(1) + " in " + row.getString(2)
                                        + ": grant usage on schema " + schema + " to " + Sql.quote(role)
                                        + "; grant select, insert, update, delete on " + tables + " to "
                                        + Sql.quote(role),
                        target.schema(),
                        Catalog.TABLES.toArray(String[]::new),
                        role,
                        role)
                .stream()
                .filter(sentence -> !sentence.isEmpty())
                .findFirst()
                .orElse(null);
    }
}
