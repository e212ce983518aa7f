package dev.bobbin.database.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.impl.Connection;
import io.vertx.sqlclient.impl.command.CommandBase;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;

/** A connection whose server is the test. Everything completes on the test's thread. */
final class FakeConnection {

    /** Statements that wait for their answers, the oldest first. */
    final Deque<Promise<Object>> statements = new ArrayDeque<>();

    final Deque<Promise<Void>> pings = new ArrayDeque<>();
    private final ContextInternal home;
    boolean valid = true;
    boolean discarded;
    boolean saidGoodbye;

    private Connection.Holder holder;
    private final Connection physical = (Connection) Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "init" -> {
                    holder = (Connection.Holder) arguments[0];
                    yield null;
                }
                case "isValid" -> valid;
                case "schedule" -> schedule();
                case "close" -> {
                    saidGoodbye = true;
                    ((Promise<?>) arguments[1]).complete();
                    yield null;
                }
                default -> throw new UnsupportedOperationException(method.getName());
            });

    FakeConnection(ContextInternal home) {
        this.home = home;
    }

    private Future<Object> schedule() {
        if (!valid) {
            return Future.failedFuture("Connection is not active now, current status: CLOSED");
        }
        Promise<Object> answer = Promise.promise();
        statements.add(answer);
        return answer.future();
    }

    /** Sends a statement by a lease that was given for this connection. */
    static Future<Object> send(Lease lease) {
        return lease.schedule(PoolBench.context(), new CommandBase<>() {});
    }

    void answer() {
        statements.removeFirst().complete("answered");
    }

    void pong() {
        pings.removeFirst().complete();
    }

    /** The server ends it: statements under way are lost. */
    void end() {
        if (valid) {
            valid = false;
            while (!statements.isEmpty()) {
                statements.removeFirst().fail(ClosedConnectionException.INSTANCE);
            }
            holder.handleClosed();
        }
    }

    /** The server says something that answers no statement. */
    void say(Throwable notice) {
        holder.handleException(notice);
    }

    Connection physical() {
        return physical;
    }

    Connector.Opened opened() {
        return new Connector.Opened(physical, home, this::ping, this::discard);
    }

    private Future<Void> ping() {
        Promise<Void> pong = Promise.promise();
        pings.add(pong);
        return pong.future();
    }

    private void discard() {
        discarded = true;
        end();
    }
}
