package dev.bobbin.database.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Nothing is said of sleep that the server's own clock does not show. */
class ArrivalTest {

    @Test
    void aServerThatStartedAfterTheFirstAttemptWokeForIt() {
        Arrival woken = arrival(3_000, 3_050, 2_000, 7_200_000L);
        assertThat(woken.woke()).isTrue();
        assertThat(woken.slept()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void oneThatWasUpBeforeDidNotSleepHoweverSlowItIs() {
        Arrival slow = arrival(30_000, 30_010, 30_020, 7_200_000L);
        assertThat(slow.woke()).isFalse();
        assertThat(slow.slept()).isNull();
    }

    @Test
    void howLongItSleptIsUnknownAfterACrashOrWhereItMayNotBeAsked() {
        assertThat(arrival(3_000, 3_050, 2_000, null).slept()).isNull();
        // the checkpoint that ends a recovery comes after the start, but is kept without its fraction of a second
        assertThat(arrival(3_000, 3_050, 2_000, -400L).slept()).isNull();
        assertThat(arrival(3_000, 3_050, 2_000, 600L).slept()).isNull();
    }

    private static Arrival arrival(long waited, long sinceFirstAttempt, long up, Long downBefore) {
        return Arrival.of(
                Duration.ofMillis(waited),
                1,
                Duration.ofMillis(sinceFirstAttempt),
                Duration.ofMillis(up),
                downBefore == null ? null : Duration.ofMillis(downBefore));
    }
}
