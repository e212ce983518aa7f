package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a connection, which, when, and why not; by a clock of the test's. */
class ConnectionPoolTest {

    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PRE_PING_AFTER = Duration.ofSeconds(5);
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(1);

    @Test
    void oneAttemptWakesTheDatabaseForAllWhoWait() {
        PoolBench pool = PoolBench.with("max-size", "3");
        List<Future<Lease>> calls = pool.acquire(5);
        assertThat(pool.attempts).hasSize(1);
        assertThat(pool.queue.state().kind()).isEqualTo(DatabaseState.Kind.WAKING);
        pool.open();
        assertThat(pool.queue.state().kind()).isEqualTo(DatabaseState.Kind.AWAKE);
        assertThat(pool.attempts).as("more are opened once it is awake").hasSize(2);
        pool.open();
        pool.open();
        assertThat(pool.attempts).as("max-size").isEmpty();
        assertThat(calls).extracting(Future::isComplete).containsExactly(true, true, true, false, false);
        calls.get(1).result().end();
        assertThat(calls).extracting(Future::isComplete).containsExactly(true, true, true, true, false);
        assertThat(pool.queue.counts()).isEqualTo(new ConnectionPool.Counts(0, 3, 0, 1));
    }

    @Test
    void theLastUsedIsLentFirstAndOneOfTheCallersOwnThreadBeforeThat() {
        PoolBench pool = PoolBench.with();
        ContextInternal other = PoolBench.context();
        List<Future<Lease>> calls = List.of(pool.acquire(other), pool.acquire(), pool.acquire());
        pool.open();
        pool.open();
        pool.open();
        calls.forEach(call -> call.result().end());
        List<FakeConnection> connections = pool.opened;
        assertThat(pool.acquire().result().connection().physical())
                .isSameAs(connections.get(2).physical());
        assertThat(pool.acquire(other).result().connection().physical())
                .isSameAs(connections.get(0).physical());
    }

    @Test
    void aCallWaitsForAcquireTimeoutAndTheDatabaseIsDownThen() {
        PoolBench pool = PoolBench.with();
        Future<Lease> call = pool.acquire();
        pool.time.advance(ACQUIRE_TIMEOUT.minusNanos(1));
        assertThat(call.isComplete()).isFalse();
        pool.time.advance(Duration.ofNanos(1));
        assertThat(call.cause())
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("no connection within 30000 ms");
        assertThat(pool.queue.state().kind()).isEqualTo(DatabaseState.Kind.DOWN);
        pool.open();
        assertThat(pool.queue.state().kind()).as("the attempt went on").isEqualTo(DatabaseState.Kind.AWAKE);
    }

    @Test
    void aCallWithLittleTimeLeftWaitsNoLongerAndIsNoReasonToCallTheDatabaseDown() {
        PoolBench pool = PoolBench.with();
        Future<Lease> hurried = pool.acquire(Duration.ofSeconds(2));
        Future<Lease> patient = pool.acquire();
        pool.time.advance(Duration.ofSeconds(2));
        assertThat(hurried.failed()).isTrue();
        assertThat(patient.isComplete()).isFalse();
        assertThat(pool.queue.state().kind()).isEqualTo(DatabaseState.Kind.WAKING);
        Future<Lease> late = pool.acquire(Duration.ofSeconds(-1));
        pool.time.advance(Duration.ZERO);
        assertThat(late.failed()).isTrue();
    }

    @Test
    void moreThanMayWaitAreRefusedAtOnce() {
        PoolBench pool = PoolBench.with("max-waiting", "2");
        pool.acquire(2);
        assertThat(pool.acquire().cause()).hasMessageContaining("as many calls as may (2) wait");
    }

    @Test
    void whatPassesIsTriedAgainAndNobodyFails() {
        PoolBench pool = PoolBench.with();
        Future<Lease> call = pool.acquire();
        for (int failure = 0; failure < 4; failure++) {
            pool.fail(new ConnectException("refused"));
            assertThat(pool.attempts).as("a pause").isEmpty();
            pool.time.advance(Duration.ofSeconds(4));
        }
        pool.open();
        assertThat(call.succeeded()).isTrue();
    }

    @Test
    void aRefusalFailsAllWhoWaitAndTheNextForASecond() {
        PoolBench pool = PoolBench.with();
        List<Future<Lease>> calls = pool.acquire(2);
        pool.fail(refusal());
        assertThat(calls).allMatch(Future::failed);
        assertThat(pool.queue.state().reason()).isEqualTo("no such role (SQLSTATE 28P01)");
        assertThat(pool.acquire().failed()).isTrue();
        pool.time.advance(Duration.ofSeconds(1));
        Future<Lease> later = pool.acquire();
        assertThat(later.isComplete()).isFalse();
        pool.open();
        assertThat(later.succeeded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "53300", "57P03"})
    void aDatabaseThatIsDownIsTriedAgainThoughNobodyCalls(String sqlState) {
        PoolBench pool = PoolBench.with();
        pool.acquire();
        pool.fail(new PgException("no", "FATAL", sqlState, null));
        for (int tries = 0; tries < 100 && pool.queue.state().kind() != DatabaseState.Kind.DOWN; tries++) {
            pool.time.advance(Duration.ofSeconds(1));
            if (!pool.attempts.isEmpty()) {
                pool.fail(new PgException("no", "FATAL", sqlState, null));
            }
        }
        assertThat(pool.queue.counts().waiting()).isZero();
        pool.time.advance(Duration.ofMinutes(30));
        assertThat(pool.attempts).hasSize(1);
        pool.open();
        assertThat(pool.queue.state().kind()).isEqualTo(DatabaseState.Kind.AWAKE);
        pool.time.advance(IDLE_TIMEOUT);
        assertThat(pool.queue.state().kind()).isEqualTo(DatabaseState.Kind.ASLEEP);
    }

    @Test
    void othersAreSharedWhileNewConnectionsAreRefused() {
        PoolBench pool = PoolBench.with();
        Lease only = lend(pool);
        Future<Lease> next = pool.acquire();
        pool.fail(refusal());
        assertThat(next.isComplete()).isFalse();
        only.end();
        assertThat(next.succeeded()).isTrue();
        assertThat(pool.queue.state().kind()).isEqualTo(DatabaseState.Kind.AWAKE);
    }

    @Test
    void whatRestedIsPingedBeforeItIsLentAndWhatDidNotIsNot() {
        PoolBench pool = PoolBench.with();
        FakeConnection connection = pool.rest(1).get(0);
        pool.time.advance(PRE_PING_AFTER.minusNanos(1));
        pool.acquire().result().end();
        assertThat(connection.pings).isEmpty();
        pool.time.advance(PRE_PING_AFTER);
        Future<Lease> call = pool.acquire();
        assertThat(call.isComplete()).isFalse();
        connection.pong();
        assertThat(call.succeeded()).isTrue();
        assertThat(pool.count("bobbin.pool.pings", "result", "answered")).isEqualTo(1);
    }

    @Test
    void aPingWithoutAnAnswerCondemnsAllThatWereOpenThen() {
        PoolBench pool = PoolBench.with();
        List<FakeConnection> connections = pool.rest(3);
        pool.time.advance(PRE_PING_AFTER);
        Future<Lease> call = pool.acquire();
        pool.time.advance(PING_TIMEOUT);
        assertThat(connections).allMatch(connection -> connection.discarded);
        assertThat(pool.discards("ping")).isEqualTo(1);
        assertThat(pool.discards("suspect")).isEqualTo(2);
        pool.open();
        assertThat(call.succeeded()).isTrue();
    }

    @Test
    void anEndedConnectionIsTakenOutAtOnce() {
        PoolBench pool = PoolBench.with();
        List<FakeConnection> connections = pool.rest(2);
        connections.get(1).end();
        assertThat(pool.acquire().result().connection().physical())
                .isSameAs(connections.get(0).physical());
        assertThat(pool.discards("closed_by_server")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"57P01", "57P02"})
    void aServerThatEndsItsSessionsCondemnsAll(String sqlState) {
        PoolBench pool = PoolBench.with();
        List<FakeConnection> connections = pool.rest(3);
        connections.get(0).say(new PgException("bye", "FATAL", sqlState, null));
        assertThat(pool.queue.state().kind()).isEqualTo(DatabaseState.Kind.ASLEEP);
        assertThat(connections).allMatch(connection -> connection.discarded);
    }

    @Test
    void anIdleSessionThatIsEndedIsTheOnlyOne() {
        PoolBench pool = PoolBench.with();
        List<FakeConnection> connections = pool.rest(3);
        connections.get(0).say(new PgException("idle", "FATAL", "57P05", null));
        pool.acquire(2);
        assertThat(connections.get(1).discarded || connections.get(2).discarded).isFalse();
    }

    @Test
    void aStatementThatIsLostCondemnsWhatWasOpenThen() {
        PoolBench pool = PoolBench.with();
        List<FakeConnection> connections = pool.rest(2);
        Lease lease = pool.acquire().result();
        Future<Object> answer = FakeConnection.send(lease);
        connections.get(1).statements.removeFirst().fail(new IOException("Connection reset"));
        assertThat(answer.failed()).isTrue();
        assertThat(pool.queue.counts()).isEqualTo(new ConnectionPool.Counts(0, 0, 0, 0));
        assertThat(pool.discards("unknown")).isEqualTo(1);
        assertThat(pool.discards("suspect")).isEqualTo(1);
    }

    @Test
    void aStatementThatMeetsAClosedConnectionLeavesTheOthers() {
        PoolBench pool = PoolBench.with();
        List<FakeConnection> connections = pool.rest(2);
        Lease lease = pool.acquire().result();
        connections.get(1).valid = false;
        assertThat(FakeConnection.send(lease).failed()).isTrue();
        assertThat(pool.discards("never_sent")).isEqualTo(1);
        assertThat(pool.queue.counts().idle()).isEqualTo(1);
    }

    @Test
    void aStaleStatementReplacesAllButSeldomWhereNewConnectionsAreNoBetter() {
        PoolBench pool = PoolBench.with();
        pool.rest(3);
        staleStatement(pool);
        assertThat(pool.discards("stale_statement")).isEqualTo(1);
        assertThat(pool.discards("suspect")).isEqualTo(2);
        // as behind a PgBouncer that does not keep prepared statements: one after the other, for two minutes
        for (int nr = 0; nr < 240; nr++) {
            pool.rest(3);
            staleStatement(pool);
            pool.time.advance(Duration.ofMillis(500));
        }
        assertThat(pool.discards("stale_statement")).isEqualTo(241);
        assertThat(pool.discards("suspect")).isLessThan(2 * 10.0);
        // a change of the schema, later
        pool.time.advance(Duration.ofMinutes(2));
        pool.rest(3);
        double before = pool.discards("suspect");
        staleStatement(pool);
        assertThat(pool.discards("suspect")).isEqualTo(before + 2);
    }

    private static void staleStatement(PoolBench pool) {
        Lease lease = pool.acquire().result();
        FakeConnection connection = pool.opened.stream()
                .filter(one -> one.physical() == lease.connection().physical())
                .findFirst()
                .orElseThrow();
        FakeConnection.send(lease);
        connection.statements.removeFirst().fail(new PgException("no such statement", "ERROR", "26000", null));
        lease.end();
        // what is opened at the very moment would be of before
        pool.time.advance(Duration.ofMillis(1));
    }

    @Test
    void theUnusedIsClosedAfterIdleTimeoutDownToNone() {
        PoolBench pool = PoolBench.with();
        List<FakeConnection> connections = pool.rest(2);
        pool.time.advance(Duration.ofSeconds(1));
        pool.acquire().result().end();
        pool.time.advance(IDLE_TIMEOUT.minusSeconds(1));
        assertThat(connections).extracting(connection -> connection.saidGoodbye).containsExactly(true, false);
        pool.time.advance(Duration.ofSeconds(1));
        assertThat(connections).allMatch(connection -> connection.saidGoodbye);
        assertThat(pool.queue.state().kind()).isEqualTo(DatabaseState.Kind.ASLEEP);
        assertThat(pool.discards("idle")).isEqualTo(2);
        assertThat(pool.time.pending()).as("nothing runs by itself").isZero();
    }

    @Test
    void theOldIsNotLentAnyMore() {
        PoolBench pool = PoolBench.with("recycle", "10m");
        Lease lease = lend(pool);
        FakeConnection.send(lease);
        pool.opened.get(0).answer();
        // up to a tenth earlier
        for (int minute = 0; minute < 8; minute++) {
            lease.end();
            pool.time.advance(Duration.ofSeconds(4));
            lease = pool.acquire().result();
            useFor(Duration.ofSeconds(56), lease, pool);
        }
        assertThat(pool.discards("recycled")).isZero();
        useFor(Duration.ofMinutes(2), lease, pool);
        lease.end();
        assertThat(pool.discards("recycled")).isEqualTo(1);
        assertThat(pool.opened.get(0).saidGoodbye).isTrue();
    }

    private static void useFor(Duration time, Lease lease, PoolBench pool) {
        for (int seconds = 0; seconds < time.toSeconds(); seconds += 8) {
            FakeConnection.send(lease);
            pool.opened.get(0).answer();
            pool.time.advance(Duration.ofSeconds(8));
        }
    }

    @Test
    void aPoolThatClosesRefusesAndEndsWhatIsGivenBack() {
        PoolBench pool = PoolBench.with("max-size", "1");
        Lease lease = lend(pool);
        Future<Lease> waits = pool.acquire();
        pool.queue.close();
        assertThat(waits.cause()).hasMessage("the pool is closed");
        assertThat(pool.acquire().cause()).hasMessage("the pool is closed");
        lease.end();
        assertThat(pool.opened.get(0).saidGoodbye).isTrue();
        assertThat(pool.discards("pool_closed")).isEqualTo(1);
        assertThat(pool.attempts).isEmpty();
    }

    @Test
    void aLeaseThatIsOverSendsNothing() {
        PoolBench pool = PoolBench.with();
        Lease lease = lend(pool);
        Future<Object> answer = FakeConnection.send(lease);
        lease.end();
        assertThat(pool.queue.counts().used()).as("its statement is under way").isEqualTo(1);
        assertThat(RetryReason.of(FakeConnection.send(lease).cause())).isEqualTo(RetryReason.NEVER_SENT);
        pool.opened.get(0).answer();
        assertThat(answer.succeeded()).isTrue();
        assertThat(pool.queue.counts().idle()).isEqualTo(1);
    }

    static Lease lend(PoolBench pool) {
        Future<Lease> call = pool.acquire();
        pool.open();
        return call.result();
    }

    private static PgException refusal() {
        return new PgException("no such role", "FATAL", "28P01", null);
    }
}
