package dev.bobbin.database;

import dev.bobbin.database.pool.DatabaseClient;
import dev.bobbin.owner.Owner;
import dev.bobbin.problem.ProblemException;
import dev.bobbin.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs the stores' work, and repeats it when its connection was lost: every row has its id before it is sent. */
@ApplicationScoped
public class Statements {

    private static final Set<ProblemType> OF_SCHEMA =
            Set.of(ProblemType.SCHEMA_NOT_READY, ProblemType.DATABASE_FORBIDS);

    private final DatabaseClient client;
    private final Schema schema;
    private final boolean namesOwner;
    private final Event<SchemaFailure> schemaFailures;
    private final Map<String, String> inSchema = new ConcurrentHashMap<>();

    Statements(DatabaseClient client, Database database, DatabaseConfig config, Event<SchemaFailure> schemaFailures) {
        this.namesOwner = config.database().rowSecurity() != RowSecurity.OFF;
        this.schemaFailures = schemaFailures;
        this.client = client;
        this.schema = database.schema();
    }

    /** A store's SQL, with tables such as {@code bobbin.threads}, for the configured schema. Cached, so for constants only. */
    public String inSchema(String sql) {
        return inSchema.computeIfAbsent(sql, schema::in);
    }

    /**
     * Runs one prepared statement, autocommitted; {@code sql} is a constant, and put {@link #inSchema}. Its first parameter is the
     * id of the owner, to whose rows {@link RowSecurity} limits it.
     */
    public Uni<RowSet<Row>> run(String sql, Tuple parameters) {
        return uni(parameters.getString(0), () -> client.preparedQuery(inSchema(sql))
                .execute(parameters));
    }

    /** The same for a statement that may not be done twice. It fails if its connection was lost before the answer arrived. */
    public Uni<RowSet<Row>> runOnce(String sql, Tuple parameters) {
        return uni(client::runOnce, parameters.getString(0), () -> client.preparedQuery(inSchema(sql))
                .execute(parameters));
    }

    /** Runs one prepared statement of a transaction; {@code sql} is as in {@link #run(String, Tuple)}. */
    public Future<RowSet<Row>> run(SqlConnection connection, String sql, Tuple parameters) {
        return connection.preparedQuery(inSchema(sql)).execute(parameters);
    }

    /** Runs an owner's statements in a transaction, which is rolled back when {@code work} fails. */
    public <T> Uni<T> inTransaction(Owner owner, Function<SqlConnection, Future<T>> work) {
        return uni(owner.id(), () -> client.withTransaction(work));
    }

    private <T> Uni<T> uni(String owner, Supplier<Future<T>> work) {
        return uni(client::run, owner, work);
    }

    private <T> Uni<T> uni(
            BiFunction<@Nullable String, Supplier<Future<T>>, Future<T>> run, String owner, Supplier<Future<T>> work) {
        return Uni.createFrom()
                .<T>emitter(emitter ->
                        run.apply(namesOwner ? owner : null, work).onComplete(emitter::complete, emitter::fail))
                .onFailure()
                .transform(this::translate);
    }

    private Throwable translate(Throwable failure) {
        Throwable translated = DatabaseErrors.translate(failure);
        if (translated instanceof ProblemException problem && OF_SCHEMA.contains(problem.type())) {
            schemaFailures.fire(new SchemaFailure(String.valueOf(failure.getMessage())));
        }
        return translated;
    }
}
