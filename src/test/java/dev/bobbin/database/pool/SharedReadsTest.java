package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.impl.ContextInternal;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which reads use a connection together, and what becomes of them when one is slow or lost; by a clock of the test's. */
class SharedReadsTest {

    private static final Duration PROMPT = Duration.ofMillis(5);
    private static final Duration SHARED_FOR = Duration.ofMillis(100);
    private static final Duration SLOW = Duration.ofMillis(250);

    private final PoolBench bench = PoolBench.with("max-size", "3");

    @Test
    void readsOfAnEventLoopUseOneConnectionAndOthersTheirOwn() {
        bench.rest(3);
        Lease first = bench.share().result();
        assertThat(bench.share().result()).isSameAs(first);
        assertThat(bench.acquire().result()).isNotSameAs(first);
        assertThat(bench.acquire(PoolBench.context(), true).result()).isNotSameAs(first);
        assertThat(bench.pool.counts().used()).isEqualTo(3);
    }

    @Test
    void readsThatWaitNeedOneConnectionForEachEventLoop() {
        ContextInternal other = PoolBench.context();
        List<Future<Lease>> reads = Stream.of(bench.caller, other, bench.caller, other, bench.caller)
                .map(loop -> bench.acquire(loop, true))
                .toList();
        assertThat(bench.pool.counts().waiting()).isEqualTo(5);
        bench.open();
        assertThat(reads).extracting(Future::isComplete).containsExactly(true, false, true, false, true);
        assertThat(bench.attempts).hasSize(1);
        assertThat(bench.open().opened().home()).isSameAs(other);
        assertThat(reads).allMatch(Future::succeeded);
        assertThat(bench.attempts).isEmpty();
    }

    @Test
    void theConnectionIsGivenBackWithTheLastAnswer() {
        FakeConnection connection = bench.rest(1).get(0);
        Future<Object> first = read();
        Future<Object> second = read();
        connection.answer();
        assertThat(first.succeeded()).isTrue();
        assertThat(bench.pool.counts().used()).isEqualTo(1);
        connection.answer();
        assertThat(second.succeeded()).isTrue();
        assertThat(bench.pool.counts().idle()).isEqualTo(1);
    }

    @Test
    void aReadJoinsOnlyWhereAnswersCome() {
        List<FakeConnection> connections = bench.rest(2);
        read();
        bench.time.advance(PROMPT.minusNanos(1));
        read();
        bench.time.advance(Duration.ofNanos(1));
        read();
        assertThat(connections)
                .extracting(connection -> connection.statements.size())
                .containsExactly(1, 2);
        bench.time.advance(PROMPT);
        connections.get(0).answer();
        connections.get(1).answer();
        assertThat(bench.pool.counts().idle()).isEqualTo(1);
    }

    @Test
    void aConnectionIsGivenBackThoughReadsComeAllTheTime() {
        FakeConnection connection = bench.rest(1).get(0);
        Lease lease = bench.share().result();
        FakeConnection.send(lease);
        for (Duration age = Duration.ZERO; age.compareTo(SHARED_FOR) < 0; age = age.plus(PROMPT)) {
            assertThat(bench.share().result()).isSameAs(lease);
            FakeConnection.send(lease);
            connection.answer();
            bench.time.advance(PROMPT.minusNanos(1));
        }
        bench.time.advance(SHARED_FOR);
        assertThat(bench.share().isComplete()).isFalse();
        assertThat(bench.attempts).hasSize(1);
    }

    @Test
    void aReadThatWaitsAfterASlowOneRunsAgainAlone() {
        FakeConnection slow = bench.rest(2).get(1);
        Future<Object> first = read();
        Future<Object> behind = read();
        bench.time.advance(SLOW);
        assertThat(behind.isComplete()).isFalse();
        bench.time.advance(SLOW);
        assertThat(RetryReason.of(behind.cause())).isEqualTo(RetryReason.BEHIND);
        assertThat(first.isComplete()).isFalse();
        assertThat(bench.cancels).isEmpty();
        assertThat(slow.discarded).isFalse();
        slow.answer();
        assertThat(first.succeeded()).isTrue();
        assertThat(bench.pool.counts().used())
                .as("the other statement has no answer yet")
                .isEqualTo(1);
        slow.answer();
        assertThat(bench.pool.counts().idle()).isEqualTo(2);
    }

    /** They may be of one transaction. */
    @Test
    void statementsOfOneCallStayOnTheirConnection() {
        bench.rest(1);
        Lease lease = bench.acquire().result();
        List<Future<Object>> statements = List.of(FakeConnection.send(lease), FakeConnection.send(lease));
        bench.time.advance(Duration.ofSeconds(10));
        assertThat(statements).noneMatch(Future::isComplete);
    }

    @Test
    void aSharedConnectionThatIsForgottenIsTakenBack() {
        bench.rest(1);
        bench.share();
        bench.time.advance(bench.config.statementTimeout().plusSeconds(1));
        assertThat(bench.discards("abandoned")).isEqualTo(1);
        assertThat(bench.pool.counts().used()).isZero();
    }

    @Test
    void noReadJoinsWhenThePoolIsClosed() {
        bench.rest(1);
        read();
        bench.pool.close();
        assertThat(bench.share().cause()).hasMessage("the pool is closed");
    }

    @Test
    void allReadsOfALostConnectionMayRunAgain() {
        FakeConnection connection = bench.rest(1).get(0);
        List<Future<Object>> reads = List.of(read(), read(), read());
        connection.end();
        assertThat(reads).allMatch(read -> RetryReason.of(read.cause()) == RetryReason.UNKNOWN);
        assertThat(bench.discards("unknown")).isEqualTo(1);
        assertThat(bench.pool.counts()).isEqualTo(new ConnectionPool.Counts(0, 0, 0, 0));
    }

    @Test
    void anErrorOfOneReadIsNotOneOfTheOthers() {
        FakeConnection connection = bench.rest(1).get(0);
        Future<Object> wrong = read();
        Future<Object> right = read();
        connection.statements.removeFirst().fail(new PgException("no such table", "ERROR", "42P01", null));
        connection.answer();
        assertThat(wrong.failed()).isTrue();
        assertThat(right.succeeded()).isTrue();
        assertThat(bench.pool.counts().idle()).isEqualTo(1);
    }

    @Test
    void aSilentReadIsCancelledAndNoOtherWaitsForIt() {
        bench.rest(2);
        Future<Object> silent = read();
        Future<Object> behind = read();
        bench.time.advance(Duration.ofSeconds(15));
        assertThat(RetryReason.of(behind.cause())).isEqualTo(RetryReason.BEHIND);
        assertThat(bench.cancels).hasSize(1);
        bench.cancels.remove().complete();
        assertThat(RetryReason.of(silent.cause())).isEqualTo(RetryReason.SILENT);
        assertThat(bench.discards("silent")).isEqualTo(1);
    }

    @Test
    void noReadJoinsASuspectConnection() {
        List<FakeConnection> connections = bench.rest(2);
        read();
        connections.get(0).say(new PgException("bye", "FATAL", "57P01", null));
        assertThat(bench.share().isComplete()).isFalse();
    }

    @Test
    void aCallThatEndsEarlierJoinsNone() {
        List<FakeConnection> connections = bench.rest(2);
        read();
        long soon = bench.time.nanos() + Duration.ofSeconds(1).toNanos();
        FakeConnection.send(
                bench.pool.acquire(bench.caller, new Call(soon, true, null)).result());
        assertThat(connections).allMatch(connection -> connection.statements.size() == 1);
    }

    /** As the client does it. */
    private Future<Object> read() {
        return bench.share().compose(lease -> FakeConnection.send(lease).onComplete(done -> lease.end()));
    }
}
