package dev.bobbin.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.console.Day.Sums;
import dev.bobbin.console.Day.Wake;
import dev.bobbin.database.pool.DatabaseState.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DayTest {

    private final Hands clock = new Hands();
    private final AtomicLong retries = new AtomicLong(7);
    private final Day day = new Day(clock, Kind.ASLEEP, Duration.ofMinutes(5), retries::get);

    @Test
    void timeIsThatOfTheStateInWhichItPassed() {
        clock.pass(Duration.ofSeconds(90));
        day.changed(Kind.WAKING);
        clock.pass(Duration.ofMillis(700));
        day.changed(Kind.AWAKE);
        clock.pass(Duration.ofMinutes(3));
        day.changed(Kind.ASLEEP);
        clock.pass(Duration.ofHours(1));
        Sums sums = Day.sum(day.slots());
        assertThat(sums.millis(Kind.ASLEEP)).isEqualTo(90_000 + 3_600_000);
        assertThat(sums.millis(Kind.WAKING)).isEqualTo(700);
        assertThat(sums.millis(Kind.AWAKE)).isEqualTo(180_000);
        assertThat(sums.wakes()).isEqualTo(1);
        assertThat(day.wakes()).containsExactly(new Wake(Hands.BEGIN + 90_000, 700));
        assertThat(day.since()).isEqualTo(Hands.BEGIN + 90_000 + 700 + 180_000);
    }

    @Test
    void theDatabaseIsPaidForUntilItFallsAsleepByItself() {
        day.changed(Kind.AWAKE);
        clock.pass(Duration.ofMinutes(2));
        day.changed(Kind.ASLEEP);
        clock.pass(Duration.ofMinutes(4));
        // used again before it was suspended
        day.changed(Kind.AWAKE);
        clock.pass(Duration.ofMinutes(1));
        day.changed(Kind.ASLEEP);
        clock.pass(Duration.ofMinutes(30));
        assertThat(Day.sum(day.slots()).billed())
                .isEqualTo(Duration.ofMinutes(2 + 4 + 1 + 5).toMillis());
    }

    @Test
    void nothingIsOlderThanADay() {
        day.changed(Kind.DOWN);
        day.called(1_000_000, true);
        clock.pass(Duration.ofMinutes(10));
        day.changed(Kind.AWAKE);
        clock.pass(Duration.ofDays(3));
        Sums sums = Day.sum(day.slots());
        assertThat(sums.millis(Kind.DOWN)).isZero();
        assertThat(sums.calls()).isZero();
        assertThat(sums.millis(Kind.AWAKE))
                .isBetween(
                        Duration.ofHours(24).toMillis() - Day.SLOT,
                        Duration.ofHours(24).toMillis());
        assertThat(day.slots().size()).isBetween(Day.SLOTS - 1, Day.SLOTS);
    }

    @Test
    void aClockThatGoesBackChangesNothing() {
        clock.pass(Duration.ofMinutes(2));
        assertThat(Day.sum(day.slots()).millis(Kind.ASLEEP)).isEqualTo(120_000);
        clock.pass(Duration.ofMinutes(-1));
        assertThat(Day.sum(day.slots()).millis(Kind.ASLEEP)).isEqualTo(120_000);
    }

    @Test
    void callsHaveTheirLatenciesWithinAQuarter() {
        assertThat(Day.sum(day.slots()).p95()).isZero();
        for (int i = 1; i <= 100; i++) {
            day.called(Duration.ofMillis(i).toNanos(), i > 98);
        }
        Sums sums = Day.sum(day.slots());
        assertThat(sums.calls()).isEqualTo(100);
        assertThat(sums.failed()).isEqualTo(2);
        assertThat(sums.p50()).isBetween(50L, 63L);
        assertThat(sums.p95()).isBetween(95L, 119L);
        day.called(Duration.ofHours(1).toNanos(), true);
        assertThat(Day.sum(day.slots()).calls()).isEqualTo(101);
    }

    @Test
    void retriesAreThoseSinceItBegan() {
        assertThat(Day.sum(day.slots()).retries()).isZero();
        retries.addAndGet(3);
        clock.pass(Duration.ofMinutes(5));
        assertThat(Day.sum(day.slots()).retries()).isEqualTo(3);
    }

    /** A clock that a test moves. */
    private static final class Hands extends Clock {

        private static final long BEGIN = Instant.parse("2026-11-27T12:00:00Z").toEpochMilli();

        private long now = BEGIN;

        void pass(Duration time) {
            now += time.toMillis();
        }

        @Override
        public long millis() {
            return now;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
