package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of statements without an answer, and of leases that are forgotten; by a clock of the test's. */
class WatchdogTest {

    /** Half of the default statement-timeout, less the second between two looks and the second for a ping. */
    private static final Duration SILENCE = Duration.ofSeconds(13);

    private static final Duration A_LOOK = Duration.ofSeconds(1);

    private final PoolBench bench = PoolBench.with("max-size", "2");

    @Test
    void aSilentStatementIsCancelledAndItsConnectionGivenUp() {
        Lease lease = ConnectionPoolTest.lend(bench);
        Future<Object> answer = FakeConnection.send(lease);
        bench.time.advance(SILENCE);
        assertThat(bench.cancels).isEmpty();
        bench.time.advance(A_LOOK);
        assertThat(bench.cancels).hasSize(1);
        assertThat(answer.isComplete()).as("the server is asked first").isFalse();
        bench.cancels.remove().complete();
        assertThat(bench.opened.get(0).discarded).isTrue();
        assertThat(RetryReason.of(answer.cause())).isEqualTo(RetryReason.SILENT);
        assertThat(bench.discards("silent")).isEqualTo(1);
    }

    @Test
    void whatTheServerSaysToTheCancellingIsNoAnswer() {
        Future<Object> answer = FakeConnection.send(ConnectionPoolTest.lend(bench));
        bench.time.advance(SILENCE.plus(A_LOOK));
        bench.opened
                .get(0)
                .statements
                .removeFirst()
                .fail(new PgException("canceling statement", "ERROR", "57014", null));
        assertThat(RetryReason.of(answer.cause())).isEqualTo(RetryReason.SILENT);
    }

    @Test
    void aSessionThatIsBeingCancelledCountsUntilItIsGone() {
        Lease first = ConnectionPoolTest.lend(bench);
        Lease second = ConnectionPoolTest.lend(bench);
        FakeConnection.send(first);
        FakeConnection.send(second);
        bench.acquire(2);
        bench.time.advance(SILENCE.plus(A_LOOK));
        assertThat(bench.cancels).hasSize(2);
        assertThat(bench.attempts).as("max-size").isEmpty();
        bench.cancels.remove().complete();
        assertThat(bench.attempts).hasSize(1);
    }

    @Test
    void aLeaseThatIsUsedInTimeIsLeftAlone() {
        Lease lease = ConnectionPoolTest.lend(bench);
        for (int statement = 0; statement < 10; statement++) {
            Future<Object> answer = FakeConnection.send(lease);
            bench.time.advance(SILENCE);
            bench.opened.get(0).answer();
            assertThat(answer.succeeded()).isTrue();
        }
    }

    @Test
    void aLeaseThatIsForgottenIsTakenBack() {
        ConnectionPoolTest.lend(bench);
        bench.time.advance(bench.config.statementTimeout());
        assertThat(bench.discards("abandoned")).isZero();
        bench.time.advance(A_LOOK);
        assertThat(bench.discards("abandoned")).isEqualTo(1);
        assertThat(bench.opened.get(0).discarded).isTrue();
        assertThat(bench.pool.counts().used()).isZero();
    }

    @Test
    void aStatementOfACallWhoseTimeIsUpIsCancelledThoughItIsNotSilentYet() {
        Future<Lease> call = bench.acquire(Duration.ofSeconds(20));
        bench.open();
        Lease lease = call.result();
        for (int statement = 0; statement < 2; statement++) {
            FakeConnection.send(lease);
            bench.time.advance(Duration.ofSeconds(9));
            bench.opened.get(0).answer();
        }
        Future<Object> last = FakeConnection.send(lease);
        bench.time.advance(Duration.ofSeconds(2).plus(A_LOOK));
        bench.cancels.remove().complete();
        assertThat(RetryReason.of(last.cause())).isEqualTo(RetryReason.SILENT);
    }

    @Test
    void itLooksOnlyWhileSomethingIsLent() {
        Lease lease = ConnectionPoolTest.lend(bench);
        FakeConnection.send(lease);
        bench.opened.get(0).answer();
        lease.end();
        bench.time.advance(A_LOOK);
        assertThat(bench.time.pending()).as("the next is at acquire-timeout").isEqualTo(1);
        assertThat(bench.time.next()).isGreaterThan(A_LOOK.multipliedBy(10));
    }
}
