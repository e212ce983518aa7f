package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.QueryResultHandler;
import io.vertx.sqlclient.impl.command.CommandBase;
import io.vertx.sqlclient.impl.command.CompositeCommand;
import io.vertx.sqlclient.impl.command.ExtendedQueryCommand;
import io.vertx.sqlclient.impl.command.QueryCommandBase;
import io.vertx.sqlclient.impl.command.SimpleQueryCommand;
import io.vertx.sqlclient.impl.command.TxCommand;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands of one transaction in which the setting {@code bobbin.owner} names the owner, to whose rows Postgres limits them. They
 * are written to the socket together, no other command comes between them, and they have one answer.
 */
final class OwnedCommands {

    private static final String SET_OWNER = "select set_config('bobbin.owner', $1, true)";

    private final ContextInternal context;
    private final CompositeCommand composite = new CompositeCommand();
    private final List<Future<?>> answers = new ArrayList<>(4);

    private OwnedCommands(ContextInternal context, String owner) {
        this.context = context;
        add(control(TxCommand.Kind.BEGIN));
        add(ExtendedQueryCommand.createQuery(
                SET_OWNER,
                null,
                null,
                Tuple.of(owner),
                false,
                QueryCommandBase.NULL_COLLECTOR,
                QueryResultHandler.NOOP_HANDLER));
    }

    /** Sends a statement as a transaction of its own. It is answered when that is committed, or fails by what failed first. */
    static <R> Future<R> statement(
            Connection connection, ContextInternal context, String owner, CommandBase<R> statement) {
        OwnedCommands commands = new OwnedCommands(context, owner);
        Future<R> result = commands.add(statement);
        commands.add(control(TxCommand.Kind.COMMIT));
        return commands.send(connection).compose(committed -> result);
    }

    /** Begins a transaction of several statements. After a failure none is open. */
    static <R> Future<R> begin(Connection connection, ContextInternal context, String owner, TxCommand<R> begin) {
        return new OwnedCommands(context, owner)
                .send(connection)
                .map(begun -> begin.result)
                .recover(failure -> connection
                        .schedule(context, new TxCommand<>(TxCommand.Kind.ROLLBACK, begin.result))
                        .transform(ended -> Future.failedFuture(failure)));
    }

    private <T> Future<T> add(CommandBase<T> command) {
        Future<T> answer = composite.add(context, command);
        answers.add(answer);
        return answer;
    }

    private Future<Void> send(Connection connection) {
        // completes as soon as its parts are queued
        return connection
                .schedule(context, composite)
                .compose(queued -> Future.join(answers).otherwiseEmpty())
                .compose(answered -> answers.stream()
                        .filter(Future::failed)
                        .findFirst()
                        .map(failed -> Future.<Void>failedFuture(failed.cause()))
                        .orElse(Future.succeededFuture()));
    }

    /** As the client itself sends it; but it does not know it as a part. */
    private static CommandBase<Boolean> control(TxCommand.Kind kind) {
        return new SimpleQueryCommand<>(
                kind.sql, false, false, QueryCommandBase.NULL_COLLECTOR, QueryResultHandler.NOOP_HANDLER);
    }
}
