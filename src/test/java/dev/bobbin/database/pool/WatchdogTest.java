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

    private final PoolBench pool = PoolBench.with("max-size", "2");

    @Test
    void aSilentStatementIsCancelledAndItsConnectionGivenUp() {
        Lease lease = ConnectionPoolTest.lend(pool);
        Future<Object> answer = FakeConnection.send(lease);
        pool.time.advance(SILENCE);
        assertThat(pool.cancels).isEmpty();
        pool.time.advance(A_LOOK);
        assertThat(pool.cancels).hasSize(1);
        assertThat(answer.isComplete()).as("the server is asked first").isFalse();
        pool.cancels.remove().complete();
        assertThat(pool.opened.get(0).discarded).isTrue();
        assertThat(RetryReason.of(answer.cause())).isEqualTo(RetryReason.SILENT);
        assertThat(pool.discards("silent")).isEqualTo(1);
    }

    @Test
    void whatTheServerSaysToTheCancellingIsNoAnswer() {
        Future<Object> answer = FakeConnection.send(ConnectionPoolTest.lend(pool));
        pool.time.advance(SILENCE.plus(A_LOOK));
        pool.opened
                .get(0)
                .statements
                .removeFirst()
                .fail(new PgException("canceling statement", "ERROR", "57014", null));
        assertThat(RetryReason.of(answer.cause())).isEqualTo(RetryReason.SILENT);
    }

    @Test
    void aSessionThatIsBeingCancelledCountsUntilItIsGone() {
        Lease first = ConnectionPoolTest.lend(pool);
        Lease second = ConnectionPoolTest.lend(pool);
        FakeConnection.send(first);
        FakeConnection.send(second);
        pool.acquire(2);
        pool.time.advance(SILENCE.plus(A_LOOK));
        assertThat(pool.cancels).hasSize(2);
        assertThat(pool.attempts).as("max-size").isEmpty();
        pool.cancels.remove().complete();
        assertThat(pool.attempts).hasSize(1);
    }

    @Test
    void aLeaseThatIsUsedInTimeIsLeftAlone() {
        Lease lease = ConnectionPoolTest.lend(pool);
        for (int statement = 0; statement < 10; statement++) {
            Future<Object> answer = FakeConnection.send(lease);
            pool.time.advance(SILENCE);
            pool.opened.get(0).answer();
            assertThat(answer.succeeded()).isTrue();
        }
    }

    @Test
    void aLeaseThatIsForgottenIsTakenBack() {
        ConnectionPoolTest.lend(pool);
        pool.time.advance(pool.config.statementTimeout());
        assertThat(pool.discards("abandoned")).isZero();
        pool.time.advance(A_LOOK);
        assertThat(pool.discards("abandoned")).isEqualTo(1);
        assertThat(pool.opened.get(0).discarded).isTrue();
        assertThat(pool.queue.counts().used()).isZero();
    }

    @Test
    void aStatementOfACallWhoseTimeIsUpIsCancelledThoughItIsNotSilentYet() {
        Future<Lease> call = pool.acquire(Duration.ofSeconds(20));
        pool.open();
        Lease lease = call.result();
        for (int statement = 0; statement < 2; statement++) {
            FakeConnection.send(lease);
            pool.time.advance(Duration.ofSeconds(9));
            pool.opened.get(0).answer();
        }
        Future<Object> last = FakeConnection.send(lease);
        pool.time.advance(Duration.ofSeconds(2).plus(A_LOOK));
        pool.cancels.remove().complete();
        assertThat(RetryReason.of(last.cause())).isEqualTo(RetryReason.SILENT);
    }

    @Test
    void itLooksOnlyWhileSomethingIsLent() {
        Lease lease = ConnectionPoolTest.lend(pool);
        FakeConnection.send(lease);
        pool.opened.get(0).answer();
        lease.end();
        pool.time.advance(A_LOOK);
        assertThat(pool.time.pending()).as("the next is at acquire-timeout").isEqualTo(1);
        assertThat(pool.time.next()).isGreaterThan(A_LOOK.multipliedBy(10));
    }
}
