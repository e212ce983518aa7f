package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlarmTest {

    private final ManualTimers time = new ManualTimers();
    private final long start = time.nanos();
    private final List<Long> rung = new ArrayList<>();
    private final Alarm alarm = new Alarm(time, () -> rung.add((time.nanos() - start) / 1_000_000_000));

    @Test
    void itRingsOnceAtTheEarliestTime() {
        alarm.at(start + Duration.ofSeconds(20).toNanos());
        alarm.at(start + Duration.ofSeconds(10).toNanos());
        alarm.at(start + Duration.ofSeconds(30).toNanos());
        time.advance(Duration.ofMinutes(1));
        assertThat(rung).containsExactly(10L);
    }

    @Test
    void itCanBeSetAgainAndForATimeThatIsPast() {
        alarm.at(start + Duration.ofSeconds(1).toNanos());
        time.advance(Duration.ofSeconds(5));
        alarm.at(start);
        time.advance(Duration.ZERO);
        assertThat(rung).containsExactly(1L, 5L);
    }
}
