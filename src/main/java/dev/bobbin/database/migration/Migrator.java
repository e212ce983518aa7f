package dev.bobbin.database.migration;

import static dev.bobbin.database.migration.SchemaException.Kind.REFUSED;

import dev.bobbin.database.catalog.Difference;
import dev.bobbin.database.catalog.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * Changes a schema: the only class that does, and one process at a time. What it may not change it leaves alone, with a
 * {@link SchemaException}; nothing that it does drops a table or a row.
 */
public final class Migrator {

    private final SchemaTarget target;
    private final List<Migration> migrations;
    private final Consumer<String> news;

    /**
     * @param migrations those of this build
     * @param news is told what happens, a line at a time, perhaps from another thread
     */
    public Migrator(SchemaTarget target, List<Migration> migrations, Consumer<String> news) {
        this.target = target;
        this.migrations = migrations;
        this.news = news;
    }

    /**
     * What came of it.
     *
     * @param stamped the version that tables made by hand were found to be; 0 when there were none
     * @param executed how many migrations ran now
     * @param survey the schema as it is left
     * @param drift what is not as the migrations make it, and not as the service needs it
     */
    public record Result(int stamped, int executed, Survey survey, List<Difference> drift) {}

    /** Work on a schema whose state is known, and which nobody else changes meanwhile. */
    interface Work<T> {
        T on(DirectConnection connection, Survey survey) throws SQLException;
    }

    /**
     * Brings the schema to this build's version, or finds that it is there already.
     *
     * @throws SchemaException when it may not, or cannot; the message says why, and that nothing was changed where that is so
     */
    public Result migrate() {
        return patiently(() -> {
            try (DirectConnection connection = DirectConnection.open(target, news)) {
                Survey before = Survey.of(connection.jdbc(), target, migrations);
                if (isUpToDate(before)) {
                    return result(connection, 0, 0, before);
                }
                return locked(connection, this::migrate);
            }
        });
    }

    /**
     * Gives tables that have no history one, which begins at their version. Changes nothing else.
     *
     * @param version null to find it out
     * @return the version
     * @throws SchemaException {@code REFUSED}, when the tables are not of that version, or have a history
     */
    public int stamp(@Nullable Integer version) {
        return exclusively((direct, survey) -> {
            int found = stampable(direct.jdbc(), survey, version);
            stamp(direct, found);
            return found;
        });
    }

    /** As {@link #stamp(Integer)}, without doing it. */
    public int stampable(Connection connection, Survey survey, @Nullable Integer version) throws SQLException {
        String where = "The " + target.where();
        if (survey.history() != null) {
            throw new SchemaException(
                    REFUSED,
                    where + " has a history, which says version "
                            + survey.history().version()
                            + ". A stamp is for tables that have none; `db migrate` goes on from there");
        }
        if (survey.verdict() instanceof Verdict.Foreign) {
            refuse(survey);
        }
        if (version != null && (version < 1 || version > Migrations.newest(migrations))) {
            throw new SchemaException(
                    REFUSED, "This build knows versions 1 to " + Migrations.newest(migrations) + ", not " + version);
        }
        int found = version == null ? Stamp.version(connection, target, migrations) : version;
        List<String> differences = Stamp.differences(connection, target, Math.max(found, 1));
        if (!differences.isEmpty()) {
            throw new SchemaException(
                    REFUSED,
                    where + " is not at version " + Math.max(found, 1) + ":\n  - " + String.join("\n  - ", differences)
                            + "\nNothing was changed");
        }
        return found;
    }

    /**
     * Brings the history into step with the schema: a failed migration is to be tried again, texts are as this build has
     * them, half-built indexes are built. No table and no row of anybody's is touched.
     *
     * @return the statements that were run; none when there was nothing to do
     * @throws SchemaException {@code REFUSED} on what a newer build or another service made
     */
    public List<String> repair() {
        return exclusively((direct, survey) -> {
            List<String> plan = repairs(direct.jdbc(), survey);
            executeAll(direct, plan);
            return plan;
        });
    }

    /** As {@link #repair()}, without doing it. */
    public List<String> repairs(Connection connection, Survey survey) throws SQLException {
        if (survey.verdict() instanceof Verdict.Newer || survey.verdict() instanceof Verdict.Foreign) {
            refuse(survey);
        }
        return Repair.plan(connection, target, survey, migrations);
    }

    /** The SQL of a migration as it runs on this target. */
    public String sql(Migration migration) {
        String sql = migration.sql();
        for (var placeholder : FlywayFactory.placeholders(target).entrySet()) {
            sql = sql.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        return sql;
    }

    private static boolean isUpToDate(Survey survey) {
        return survey.verdict() instanceof Verdict.Ours ours
                && ours.pending().isEmpty()
                && survey.history() != null
                && !survey.history().isFormer();
    }

    private Result migrate(DirectConnection connection, Survey survey) throws SQLException {
        Verdict verdict = survey.verdict();
        if (verdict instanceof Verdict.Newer newer && target.servesOnNewer(newer)) {
            news.accept("The schema is at version " + newer.version() + ", newer than this build's " + newer.newest()
                    + " and marked compatible with it");
            return new Result(0, 0, survey, List.of());
        }
        refuse(survey);
        if (!isUpToDate(survey)) {
            Rights.demand(connection.jdbc(), target, survey);
        }
        int stamped = 0;
        if (verdict instanceof Verdict.MadeByHand) {
            news.accept("Found tables made by hand, which are version 1: taking them over with their rows");
            stamp(connection, 1);
            stamped = 1;
        } else if (verdict instanceof Verdict.Empty && !survey.schemaExists()) {
            execute(connection.jdbc(), "create schema if not exists " + Sql.quote(target.schema()));
        }
        takeOverFormerHistory(connection, survey);
        int executed = 0;
        for (List<Migration> group : groups(verdict.pending(migrations))) {
            executed += run(connection, group);
        }
        return result(connection, stamped, executed, Survey.of(connection.jdbc(), target, migrations));
    }

    private Result result(DirectConnection connection, int stamped, int executed, Survey survey) throws SQLException {
        int version = survey.history() == null ? 0 : survey.history().version();
        List<Difference> drift;
        try {
            drift = Stamp.breaking(connection.jdbc(), target, version);
        } catch (SQLException locked) {
            if (!"55P03".equals(locked.getSQLState())) {
                throw locked;
            }
            news.accept("Others hold locks on the tables: whether these are as they should be was not looked at");
            drift = List.of();
        }
        refuseWithoutTables(version, drift);
        return new Result(stamped, executed, survey, drift);
    }

    private void refuseWithoutTables(int version, List<Difference> drift) {
        List<String> missing = drift.stream()
                .filter(difference ->
                        difference.kind() == Difference.Kind.TABLE && difference.change() == Difference.Change.MISSING)
                .map(Difference::table)
                .toList();
        if (!missing.isEmpty()) {
            throw new SchemaException(
                    REFUSED,
                    "The " + target.where() + " has a history that says version "
                            + version
                            + ", but not the tables that belong to it: " + String.join(", ", missing)
                            + ". Restore them from a backup; `db sync` makes empty ones. Nothing was changed now");
        }
    }

    /** Throws what the operator has to know, unless the verdict lets migrations run. */
    void refuse(Survey survey) {
        String why = Refusal.of(survey, target);
        if (why != null) {
            throw new SchemaException(REFUSED, why);
        }
    }

    /** Runs of migrations that share a transaction, and single ones that bear none. */
    static List<List<Migration>> groups(List<Migration> pending) {
        List<List<Migration>> groups = new ArrayList<>();
        for (Migration migration : pending) {
            List<Migration> last = groups.isEmpty() ? List.of() : groups.get(groups.size() - 1);
            if (last.isEmpty() || !migration.transactional() || !last.get(0).transactional()) {
                groups.add(new ArrayList<>(List.of(migration)));
            } else {
                last.add(migration);
            }
        }
        return groups;
    }

    private int run(DirectConnection connection, List<Migration> group) throws SQLException {
        boolean transactional = group.get(0).transactional();
        if (!transactional) {
            // one that was killed half way; if not exists would take it for built
            HalfBuiltIndexes.finish(connection, target.schema(), group.get(0), news);
        }
        Sessions sessions = new Sessions(target);
        // an index that gave up waiting for a lock would be left half built
        Flyway flyway = FlywayFactory.create(
                target,
                migrations,
                sessions,
                Migrations.newest(group),
                transactional ? SessionSettings.LOCK_TIMEOUT : 0);
        try (Progress progress = new Progress(connection.jdbc(), sessions, news)) {
            return flyway.migrate().migrationsExecuted;
        }
    }

    private void stamp(DirectConnection connection, int version) throws SQLException {
        execute(connection.jdbc(), new HistorySql(target).stamp(version));
    }

    private void takeOverFormerHistory(DirectConnection connection, Survey survey) throws SQLException {
        History history = survey.history();
        if (history != null && history.isFormer()) {
            executeAll(connection, Repair.plan(connection.jdbc(), target, survey, migrations));
            news.accept("Renamed the history from " + history.table() + " to " + History.TABLE);
        }
    }

    /** Does work as the only one that changes the schema. */
    <T> T exclusively(Work<T> work) {
        return patiently(() -> {
            try (DirectConnection connection = DirectConnection.open(target, news)) {
                return locked(connection, work);
            }
        });
    }

    private <T> T locked(DirectConnection connection, Work<T> work) throws SQLException {
        MigrationLock.acquire(connection.jdbc(), target.schema(), news);
        return work.on(connection, Survey.of(connection.jdbc(), target, migrations));
    }

    private <T> T patiently(Attempts.Work<T> work) {
        refusePooler();
        return new Attempts(target, news).of(work);
    }

    /** A pooler that works by the transaction mixes up what one session sets and another finds. */
    void refusePooler() {
        if (target.url().isPooled()) {
            throw new SchemaException(
                    REFUSED,
                    target.url().server() + " is a pooler, through which the schema cannot be changed safely."
                            + " Set DATABASE_DIRECT_URL to the same database without the pooler, or"
                            + " BOBBIN_MIGRATE_AT_START=false where another step of the deployment migrates");
        }
    }

    static void executeAll(DirectConnection connection, List<String> statements) throws SQLException {
        connection.unhurried(() -> {
            for (String statement : statements) {
                execute(connection.jdbc(), statement);
            }
            return statements.size();
        });
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
