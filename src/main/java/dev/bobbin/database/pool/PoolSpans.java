package dev.bobbin.database.pool;

import dev.bobbin.trace.CallTrace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.sqlclient.impl.command.CommandBase;
import io.vertx.sqlclient.impl.command.QueryCommandBase;
import io.vertx.sqlclient.impl.command.TxCommand;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a traced call waits for. */
final class PoolSpans {

    /** A wake of the database, by the pool's clock. */
    record Wake(long began, long ended) {}

    private static final Pattern CHANGE = Pattern.compile("\\b(insert into|update|delete from)\\s+([\\w.\"]+)");
    private static final Pattern READ = Pattern.compile("\\b(from)\\s+([\\w.\"]+)");

    private PoolSpans() {}

    /** The wait for a connection, with the wake that was a part of it. */
    static void wait(ContextInternal context, Future<Lease> lease, ConnectionPool pool) {
        CallTrace trace = CallTrace.of(context);
        if (trace == null) {
            return;
        }
        long since = pool.timers.nanos();
        Span wait = trace.span("wait for a connection", SpanKind.INTERNAL)
                .setAttribute(
                        "bobbin.database.state", pool.state().kind().name().toLowerCase(Locale.ROOT))
                .startSpan();
        lease.onComplete(done -> {
            Wake wake = pool.lastWake;
            if (wake != null && wake.ended - since >= 0) {
                long now = pool.timers.nanos();
                Instant at = Instant.now();
                trace.span("wake the database", wait)
                        .setStartTimestamp(at.minusNanos(now - Math.max(since, wake.began)))
                        .startSpan()
                        .end(at.minusNanos(now - wake.ended));
            }
            end(wait, done);
        });
    }

    /** A statement, from when it is sent until its answer. Its parameters are not in the span. */
    static void statement(ContextInternal context, CommandBase<?> command, Future<?> answer) {
        CallTrace trace = CallTrace.of(context);
        if (trace == null) {
            return;
        }
        SpanBuilder span;
        if (command instanceof QueryCommandBase<?> query) {
            span = trace.span(name(query.sql()), SpanKind.CLIENT).setAttribute("db.query.text", query.sql());
        } else if (command instanceof TxCommand<?> end) {
            span = trace.span(end.kind.name().toLowerCase(Locale.ROOT), SpanKind.CLIENT);
        } else {
            return;
        }
        Span sent = span.setAttribute("db.system.name", "postgresql").startSpan();
        answer.onComplete(done -> end(sent, done));
    }

    /** Work that is done again, and the pause before it. */
    static <T> Future<T> retry(ContextInternal context, RetryReason reason, Supplier<Future<T>> work) {
        CallTrace trace = CallTrace.of(context);
        if (trace == null) {
            return work.get();
        }
        Span retry = trace.span("retry", SpanKind.INTERNAL)
                .setAttribute("bobbin.retry.reason", reason.label())
                .startSpan();
        return trace.within(retry, work).onComplete(done -> end(retry, done));
    }

    private static void end(Span span, AsyncResult<?> done) {
        if (done.failed()) {
            SqlState error = SqlState.of(done.cause());
            CallTrace.fail(span, error == null ? innermost(done.cause()).getClass().getSimpleName() : error.code());
        }
        span.end();
    }

    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The first change of a row, or else the first read, with its table. */
    private static String name(String sql) {
        Matcher change = CHANGE.matcher(sql);
        if (change.find()) {
            return change.group(1).replaceFirst(" .*", "") + " " + table(change.group(2));
        }
        Matcher read = READ.matcher(sql);
        return read.find()
                ? "select " + table(read.group(2))
                : sql.strip().split("\\s", 2)[0].toLowerCase(Locale.ROOT);
    }

    private static String table(String qualified) {
        return qualified.substring(qualified.lastIndexOf('.') + 1).replace("\"", "");
    }
}
