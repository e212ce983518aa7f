package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Nothing is said of sleep that the server's own clock does not show. */
class ConnectTimingTest {

    @Test
    void aServerThatStartedAfterTheFirstAttemptWokeForIt() {
        ConnectTiming woken = timing(3_000, 3_050, 2_000, 7_200_000L);
        assertThat(woken.woke()).isTrue();
        assertThat(woken.sleptMilliseconds()).isEqualTo(7_200_000L);
    }

    @Test
    void oneThatWasUpBeforeDidNotSleepHoweverSlowItIs() {
        ConnectTiming slow = timing(30_000, 30_010, 30_020, 7_200_000L);
        assertThat(slow.woke()).isFalse();
        assertThat(slow.sleptMilliseconds()).isNull();
    }

    @Test
    void howLongItSleptIsUnknownAfterACrashOrWhereItMayNotBeAsked() {
        assertThat(timing(3_000, 3_050, 2_000, null).sleptMilliseconds()).isNull();
        // the checkpoint that ends a recovery comes after the start, but is kept without its fraction of a second
        assertThat(timing(3_000, 3_050, 2_000, -400L).sleptMilliseconds()).isNull();
        assertThat(timing(3_000, 3_050, 2_000, 600L).sleptMilliseconds()).isNull();
    }

    private static ConnectTiming timing(long waited, long sinceFirstAttempt, long up, Long downBefore) {
        return ConnectTiming.of(
                Duration.ofMillis(waited),
                1,
                Duration.ofMillis(sinceFirstAttempt),
                Duration.ofMillis(up),
                downBefore == null ? null : Duration.ofMillis(downBefore));
    }
}
