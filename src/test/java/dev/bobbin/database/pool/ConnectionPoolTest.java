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
        PoolBench bench = PoolBench.with("max-size", "3");
        List<Future<Lease>> calls = bench.acquire(5);
        assertThat(bench.attempts).hasSize(1);
        assertThat(bench.pool.state().kind()).isEqualTo(DatabaseState.Kind.WAKING);
        bench.open();
        assertThat(bench.pool.state().kind()).isEqualTo(DatabaseState.Kind.AWAKE);
        assertThat(bench.attempts).as("more are opened once it is awake").hasSize(2);
        bench.open();
        bench.open();
        assertThat(bench.attempts).as("max-size").isEmpty();
        assertThat(calls).extracting(Future::isComplete).containsExactly(true, true, true, false, false);
        calls.get(1).result().end();
        assertThat(calls).extracting(Future::isComplete).containsExactly(true, true, true, true, false);
        assertThat(bench.pool.counts()).isEqualTo(new ConnectionPool.Counts(0, 3, 0, 1));
    }

    @Test
    void theLastUsedIsLentFirstAndOneOfTheCallersOwnThreadBeforeThat() {
        PoolBench bench = PoolBench.with();
        ContextInternal other = PoolBench.context();
        List<Future<Lease>> calls = List.of(bench.acquire(other), bench.acquire(), bench.acquire());
        bench.open();
        bench.open();
        bench.open();
        calls.forEach(call -> call.result().end());
        List<FakeConnection> connections = bench.opened;
        assertThat(bench.acquire().result().connection().physical())
                .isSameAs(connections.get(2).physical());
        assertThat(bench.acquire(other).result().connection().physical())
                .isSameAs(connections.get(0).physical());
    }

    @Test
    void aCallWaitsForAcquireTimeoutAndTheDatabaseIsDownThen() {
        PoolBench bench = PoolBench.with();
        Future<Lease> call = bench.acquire();
        bench.time.advance(ACQUIRE_TIMEOUT.minusNanos(1));
        assertThat(call.isComplete()).isFalse();
        bench.time.advance(Duration.ofNanos(1));
        assertThat(call.cause())
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("no connection within 30000 ms");
        assertThat(bench.pool.state().kind()).isEqualTo(DatabaseState.Kind.DOWN);
        bench.open();
        assertThat(bench.pool.state().kind()).as("the attempt went on").isEqualTo(DatabaseState.Kind.AWAKE);
    }

    @Test
    void aCallWithLittleTimeLeftWaitsNoLongerAndIsNoReasonToCallTheDatabaseDown() {
        PoolBench bench = PoolBench.with();
        Future<Lease> hurried = bench.acquire(Duration.ofSeconds(2));
        Future<Lease> patient = bench.acquire();
        bench.time.advance(Duration.ofSeconds(2));
        assertThat(hurried.failed()).isTrue();
        assertThat(patient.isComplete()).isFalse();
        assertThat(bench.pool.state().kind()).isEqualTo(DatabaseState.Kind.WAKING);
        Future<Lease> late = bench.acquire(Duration.ofSeconds(-1));
        bench.time.advance(Duration.ZERO);
        assertThat(late.failed()).isTrue();
    }

    @Test
    void moreThanMayWaitAreRefusedAtOnce() {
        PoolBench bench = PoolBench.with("max-waiting", "2");
        bench.acquire(2);
        assertThat(bench.acquire().cause()).hasMessageContaining("as many calls as may (2) wait");
    }

    @Test
    void whatPassesIsTriedAgainAndNobodyFails() {
        PoolBench bench = PoolBench.with();
        Future<Lease> call = bench.acquire();
        for (int failure = 0; failure < 4; failure++) {
            bench.fail(new ConnectException("refused"));
            assertThat(bench.attempts).as("a pause").isEmpty();
            bench.time.advance(Duration.ofSeconds(4));
        }
        bench.open();
        assertThat(call.succeeded()).isTrue();
    }

    @Test
    void aRefusalFailsAllWhoWaitAndTheNextForASecond() {
        PoolBench bench = PoolBench.with();
        List<Future<Lease>> calls = bench.acquire(2);
        bench.fail(refusal());
        assertThat(calls).allMatch(Future::failed);
        assertThat(bench.pool.state().reason()).isEqualTo("no such role (SQLSTATE 28P01)");
        assertThat(bench.acquire().failed()).isTrue();
        assertThat(bench.registry.get("bobbin.pool.acquire").timer().count())
                .as("refused calls have waited, too")
                .isEqualTo(3);
        bench.time.advance(Duration.ofSeconds(1));
        Future<Lease> later = bench.acquire();
        assertThat(later.isComplete()).isFalse();
        bench.open();
        assertThat(later.succeeded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "53300", "57P03"})
    void aDatabaseThatIsDownIsTriedAgainThoughNobodyCalls(String sqlState) {
        PoolBench bench = PoolBench.with();
        bench.acquire();
        bench.fail(new PgException("no", "FATAL", sqlState, null));
        for (int tries = 0; tries < 100 && bench.pool.state().kind() != DatabaseState.Kind.DOWN; tries++) {
            bench.time.advance(Duration.ofSeconds(1));
            if (!bench.attempts.isEmpty()) {
                bench.fail(new PgException("no", "FATAL", sqlState, null));
            }
        }
        assertThat(bench.pool.counts().waiting()).isZero();
        bench.time.advance(Duration.ofMinutes(30));
        assertThat(bench.attempts).hasSize(1);
        bench.open();
        assertThat(bench.pool.state().kind()).isEqualTo(DatabaseState.Kind.AWAKE);
        bench.time.advance(IDLE_TIMEOUT);
        assertThat(bench.pool.state().kind()).isEqualTo(DatabaseState.Kind.ASLEEP);
    }

    @Test
    void othersAreSharedWhileNewConnectionsAreRefused() {
        PoolBench bench = PoolBench.with();
        Lease only = lend(bench);
        Future<Lease> next = bench.acquire();
        bench.fail(refusal());
        assertThat(next.isComplete()).isFalse();
        only.end();
        assertThat(next.succeeded()).isTrue();
        assertThat(bench.pool.state().kind()).isEqualTo(DatabaseState.Kind.AWAKE);
    }

    @Test
    void whatRestedIsPingedBeforeItIsLentAndWhatDidNotIsNot() {
        PoolBench bench = PoolBench.with();
        FakeConnection connection = bench.rest(1).get(0);
        bench.time.advance(PRE_PING_AFTER.minusNanos(1));
        bench.acquire().result().end();
        assertThat(connection.pings).isEmpty();
        bench.time.advance(PRE_PING_AFTER);
        Future<Lease> call = bench.acquire();
        assertThat(call.isComplete()).isFalse();
        connection.pong();
        assertThat(call.succeeded()).isTrue();
        assertThat(bench.count("bobbin.pool.pings", "result", "answered")).isEqualTo(1);
    }

    @Test
    void aPingWithoutAnAnswerCondemnsAllThatWereOpenThen() {
        PoolBench bench = PoolBench.with();
        List<FakeConnection> connections = bench.rest(3);
        bench.time.advance(PRE_PING_AFTER);
        Future<Lease> call = bench.acquire();
        bench.time.advance(PING_TIMEOUT);
        assertThat(connections).allMatch(connection -> connection.discarded);
        assertThat(bench.discards("ping")).isEqualTo(1);
        assertThat(bench.discards("suspect")).isEqualTo(2);
        bench.open();
        assertThat(call.succeeded()).isTrue();
    }

    @Test
    void anEndedConnectionIsTakenOutAtOnce() {
        PoolBench bench = PoolBench.with();
        List<FakeConnection> connections = bench.rest(2);
        connections.get(1).end();
        assertThat(bench.acquire().result().connection().physical())
                .isSameAs(connections.get(0).physical());
        assertThat(bench.discards("closed_by_server")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"57P01", "57P02"})
    void aServerThatEndsItsSessionsCondemnsAll(String sqlState) {
        PoolBench bench = PoolBench.with();
        List<FakeConnection> connections = bench.rest(3);
        connections.get(0).say(new PgException("bye", "FATAL", sqlState, null));
        assertThat(bench.pool.state().kind()).isEqualTo(DatabaseState.Kind.ASLEEP);
        assertThat(connections).allMatch(connection -> connection.discarded);
    }

    @Test
    void anIdleSessionThatIsEndedIsTheOnlyOne() {
        PoolBench bench = PoolBench.with();
        List<FakeConnection> connections = bench.rest(3);
        connections.get(0).say(new PgException("idle", "FATAL", "57P05", null));
        bench.acquire(2);
        assertThat(connections.get(1).discarded || connections.get(2).discarded).isFalse();
    }

    @Test
    void aStatementThatIsLostCondemnsWhatWasOpenThen() {
        PoolBench bench = PoolBench.with();
        List<FakeConnection> connections = bench.rest(2);
        Lease lease = bench.acquire().result();
        Future<Object> answer = FakeConnection.send(lease);
        connections.get(1).statements.removeFirst().fail(new IOException("Connection reset"));
        assertThat(answer.failed()).isTrue();
        assertThat(bench.pool.counts()).isEqualTo(new ConnectionPool.Counts(0, 0, 0, 0));
        assertThat(bench.discards("unknown")).isEqualTo(1);
        assertThat(bench.discards("suspect")).isEqualTo(1);
    }

    @Test
    void aStatementThatMeetsAClosedConnectionLeavesTheOthers() {
        PoolBench bench = PoolBench.with();
        List<FakeConnection> connections = bench.rest(2);
        Lease lease = bench.acquire().result();
        connections.get(1).valid = false;
        assertThat(FakeConnection.send(lease).failed()).isTrue();
        assertThat(bench.discards("never_sent")).isEqualTo(1);
        assertThat(bench.pool.counts().idle()).isEqualTo(1);
    }

    @Test
    void aStaleStatementReplacesAllButSeldomWhereNewConnectionsAreNoBetter() {
        PoolBench bench = PoolBench.with();
        bench.rest(3);
        staleStatement(bench);
        assertThat(bench.discards("stale_statement")).isEqualTo(1);
        assertThat(bench.discards("suspect")).isEqualTo(2);
        // as behind a PgBouncer that does not keep prepared statements: one after the other, for two minutes
        for (int nr = 0; nr < 240; nr++) {
            bench.rest(3);
            staleStatement(bench);
            bench.time.advance(Duration.ofMillis(500));
        }
        assertThat(bench.discards("stale_statement")).isEqualTo(241);
        assertThat(bench.discards("suspect")).isLessThan(2 * 10.0);
        // a change of the schema, later
        bench.time.advance(Duration.ofMinutes(2));
        bench.rest(3);
        double before = bench.discards("suspect");
        staleStatement(bench);
        assertThat(bench.discards("suspect")).isEqualTo(before + 2);
    }

    private static void staleStatement(PoolBench bench) {
        Lease lease = bench.acquire().result();
        FakeConnection connection = bench.opened.stream()
                .filter(one -> one.physical() == lease.connection().physical())
                .findFirst()
                .orElseThrow();
        FakeConnection.send(lease);
        connection.statements.removeFirst().fail(new PgException("no such statement", "ERROR", "26000", null));
        lease.end();
        // what is opened at the very moment would be of before
        bench.time.advance(Duration.ofMillis(1));
    }

    @Test
    void theUnusedIsClosedAfterIdleTimeoutDownToNone() {
        PoolBench bench = PoolBench.with();
        List<FakeConnection> connections = bench.rest(2);
        bench.time.advance(Duration.ofSeconds(1));
        bench.acquire().result().end();
        bench.time.advance(IDLE_TIMEOUT.minusSeconds(1));
        assertThat(connections).extracting(connection -> connection.saidGoodbye).containsExactly(true, false);
        bench.time.advance(Duration.ofSeconds(1));
        assertThat(connections).allMatch(connection -> connection.saidGoodbye);
        assertThat(bench.pool.state().kind()).isEqualTo(DatabaseState.Kind.ASLEEP);
        assertThat(bench.discards("idle")).isEqualTo(2);
        assertThat(bench.time.pending()).as("nothing runs by itself").isZero();
    }

    @Test
    void theOldIsNotLentAnyMore() {
        PoolBench bench = PoolBench.with("recycle", "10m");
        Lease lease = lend(bench);
        FakeConnection.send(lease);
        bench.opened.get(0).answer();
        // up to a tenth earlier
        for (int minute = 0; minute < 8; minute++) {
            lease.end();
            bench.time.advance(Duration.ofSeconds(4));
            lease = bench.acquire().result();
            useFor(Duration.ofSeconds(56), lease, bench);
        }
        assertThat(bench.discards("recycled")).isZero();
        useFor(Duration.ofMinutes(2), lease, bench);
        lease.end();
        assertThat(bench.discards("recycled")).isEqualTo(1);
        assertThat(bench.opened.get(0).saidGoodbye).isTrue();
    }

    private static void useFor(Duration time, Lease lease, PoolBench bench) {
        for (int seconds = 0; seconds < time.toSeconds(); seconds += 8) {
            FakeConnection.send(lease);
            bench.opened.get(0).answer();
            bench.time.advance(Duration.ofSeconds(8));
        }
    }

    @Test
    void aPoolThatClosesRefusesAndEndsWhatIsGivenBack() {
        PoolBench bench = PoolBench.with("max-size", "1");
        Lease lease = lend(bench);
        Future<Lease> waits = bench.acquire();
        bench.pool.close();
        assertThat(waits.cause()).hasMessage("the pool is closed");
        assertThat(bench.acquire().cause()).hasMessage("the pool is closed");
        lease.end();
        assertThat(bench.opened.get(0).saidGoodbye).isTrue();
        assertThat(bench.discards("pool_closed")).isEqualTo(1);
        assertThat(bench.attempts).isEmpty();
    }

    @Test
    void aLeaseThatIsOverSendsNothing() {
        PoolBench bench = PoolBench.with();
        Lease lease = lend(bench);
        Future<Object> answer = FakeConnection.send(lease);
        lease.end();
        assertThat(bench.pool.counts().used()).as("its statement is under way").isEqualTo(1);
        assertThat(RetryReason.of(FakeConnection.send(lease).cause())).isEqualTo(RetryReason.NEVER_SENT);
        bench.opened.get(0).answer();
        assertThat(answer.succeeded()).isTrue();
        assertThat(bench.pool.counts().idle()).isEqualTo(1);
    }

    static Lease lend(PoolBench bench) {
        Future<Lease> call = bench.acquire();
        bench.open();
        return call.result();
    }

    private static PgException refusal() {
        return new PgException("no such role", "FATAL", "28P01", null);
    }
}
