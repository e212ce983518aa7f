package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often work is run again, and with which pauses; by a clock of the test's. */
class RetriesTest {

    /** With the default configuration: 45 s, less what cancelling the last statement takes. */
    private static final Duration CALL =
            Duration.ofNanos(CallTimes.of(PoolBench.config()).call());

    private final PoolBench bench = PoolBench.with();
    private final ManualTimers time = bench.time;
    private final List<Duration> begins = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final long start = time.nanos();

    @ParameterizedTest
    @EnumSource(RetryReason.class)
    void whatFailsForEverIsRunAgainSoManyTimesAndNotAtOnce(RetryReason reason) {
        Throwable failure = failure(reason);
        Future<Object> answer = run(() -> Future.failedFuture(failure));
        time.advance(CALL);
        assertThat(answer.cause()).isSameAs(failure);
        assertThat(begins).hasSize(1 + reason.mostRetries());
        assertThat(begins.get(1)).as("the second begins at once").isZero();
        assertThat(begins.get(begins.size() - 1)).isLessThan(Duration.ofSeconds(10));
        assertThat(begins.stream().distinct().count())
                .as("the others after pauses")
                .isEqualTo(reason.mostRetries());
        assertThat(bench.count("bobbin.database.retries", "reason", reason.label()))
                .isEqualTo(reason.mostRetries());
    }

    @Test
    void theFirstAnswerIsTheAnswer() {
        List<Future<Object>> outcomes = new ArrayList<>(List.of(
                Future.failedFuture(failure(RetryReason.UNKNOWN)),
                Future.failedFuture(failure(RetryReason.SILENT)),
                Future.failedFuture(failure(RetryReason.ROLLED_BACK)),
                Future.succeededFuture("answered")));
        Future<Object> answer = run(() -> outcomes.remove(0));
        time.advance(CALL);
        assertThat(answer.result()).isEqualTo("answered");
    }

    @Test
    void whatIsNoLossIsNotRunAgain() {
        assertThat(run(() -> Future.failedFuture(new PgException("no", "ERROR", "23505", null)))
                        .failed())
                .isTrue();
        assertThat(run(() -> Future.failedFuture(new PoolException("no connection within 30000 ms", null)))
                        .failed())
                .isTrue();
        assertThat(begins).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(RetryReason.class)
    void whatMayNotBeDoneTwiceIsRunAgainOnlyIfNothingWasDone(RetryReason reason) {
        boolean unclear = reason == RetryReason.UNKNOWN || reason == RetryReason.SILENT;
        run(false, () -> Future.failedFuture(failure(reason)));
        time.advance(CALL);
        assertThat(begins).hasSize(unclear ? 1 : 1 + reason.mostRetries());
    }

    /** Others may have lost the connection, or be slow. */
    @Test
    void onlyTheFirstRunSharesAConnection() {
        run(() -> Future.failedFuture(failure(RetryReason.BEHIND)));
        assertThat(calls).extracting(Call::shares).containsExactly(true, false);
        assertThat(calls).extracting(Call::end).containsOnly(start + CALL.toNanos());
    }

    @Test
    void nothingIsRunAgainWhenTheCallsTimeIsUp() {
        Promise<Object> slow = Promise.promise();
        Future<Object> answer = run(slow::future);
        time.advance(CALL);
        slow.fail(failure(RetryReason.UNKNOWN));
        assertThat(answer.failed()).isTrue();
        assertThat(begins).hasSize(1);
    }

    @Test
    void aCallHasAcquireTimeoutAndHalfOfStatementTimeout() {
        assertThat(CALL.plusSeconds(2)).as("less a look and a ping").isEqualTo(Duration.ofSeconds(45));
        long little = CallTimes.of(PoolBench.config("acquire-timeout", "400ms", "statement-timeout", "10s"))
                .call();
        assertThat(Duration.ofNanos(little).plusSeconds(2)).as("two runs").isEqualTo(Duration.ofSeconds(10));
    }

    private <T> Future<T> run(Supplier<Future<T>> work) {
        return run(true, work);
    }

    private <T> Future<T> run(boolean repeatable, Supplier<Future<T>> work) {
        Function<Call, Future<T>> noted = call -> {
            calls.add(call);
            begins.add(Duration.ofNanos(time.nanos() - start));
            return work.get();
        };
        return new Retries<>(noted, repeatable, new Call(start + CALL.toNanos(), true, null), bench.caller, bench.pool)
                .run();
    }

    private static Throwable failure(RetryReason reason) {
        return switch (reason) {
            case NEVER_SENT -> new IllegalStateException("Connection is not active now, current status: CLOSED");
            case UNKNOWN -> ClosedConnectionException.INSTANCE;
            case SILENT -> new PoolException("silent", RetryReason.SILENT);
            case BEHIND -> new PoolException("another statement is slow", RetryReason.BEHIND);
            case ROLLED_BACK -> new PgException("deadlock detected", "ERROR", "40P01", null);
            case STALE_STATEMENT -> new PgException("no such statement", "ERROR", "26000", null);
        };
    }
}
