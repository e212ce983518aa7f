package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconnectTest {

    private static final long NOW = Long.MAX_VALUE - 1;
    private static final long PATIENCE = Duration.ofSeconds(30).toNanos();
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);

    private final Reconnect reconnect = new Reconnect(PATIENCE, PROBE_INTERVAL, NOW);

    @ParameterizedTest(name = "{0}, failure {1}: {2} to {3} ms")
    @CsvSource({
        "RETRY, 1, 0, 100",
        "RETRY, 3, 0, 400",
        "RETRY, 50, 0, 4000",
        "BACK_OFF, 1, 500, 1500",
        "BACK_OFF, 50, 500, 10500",
        "HOPELESS, 1, 1000, 1000",
        "HOPELESS, 3, 4000, 4000",
        "HOPELESS, 50, 10000, 10000"
    })
    void thePauseDependsOnTheFailureAndGrows(ConnectFailure kind, int failures, long least, long most) {
        for (int failure = 0; failure < failures; failure++) {
            reconnect.failed(kind, "no", false, true, NOW);
        }
        assertThat((reconnect.due(true) - NOW) / 1_000_000).isBetween(least, most);
    }

    @Test
    void aRefusalIsDownAtOnceUnlessOthersAreOpen() {
        reconnect.begin(NOW);
        reconnect.failed(ConnectFailure.HOPELESS, "no", false, true, NOW);
        assertThat(reconnect.down()).isNull();
        reconnect.failed(ConnectFailure.HOPELESS, "no", false, false, NOW);
        assertThat(reconnect.down()).isEqualTo("no");
        assertThat(reconnect.isRefusedUntilLater(NOW)).isTrue();
        assertThat(reconnect.isRefusedUntilLater(NOW + Duration.ofSeconds(10).toNanos()))
                .isFalse();
    }

    @Test
    void whatPassesIsDownWhenPatienceIsOver() {
        reconnect.begin(NOW);
        reconnect.failed(ConnectFailure.RETRY, "starting", false, false, NOW + PATIENCE - 1);
        assertThat(reconnect.down()).isNull();
        reconnect.failed(ConnectFailure.RETRY, "starting", false, false, NOW + PATIENCE);
        assertThat(reconnect.down()).isEqualTo("starting");
    }

    @ParameterizedTest(name = "said by the database {0}: {1} s, at most {2} s")
    @CsvSource({"false, 5, 50", "true, 5, 1800"})
    void probesOfADatabaseThatIsDownGrowSeldomAndThoseThatWakeItMore(boolean ofTheDatabase, long first, long last) {
        reconnect.begin(NOW);
        reconnect.failed(ConnectFailure.HOPELESS, "no", ofTheDatabase, false, NOW);
        assertThat(reconnect.due(false) - NOW)
                .isEqualTo(Duration.ofSeconds(first).toNanos());
        for (int failure = 0; failure < 20; failure++) {
            reconnect.failed(ConnectFailure.HOPELESS, "no", ofTheDatabase, false, NOW);
        }
        assertThat(reconnect.due(false) - NOW)
                .isEqualTo(Duration.ofSeconds(last).toNanos());
    }

    @Test
    void aSuccessForgetsAllAndSaysHowLongItTook() {
        reconnect.begin(NOW);
        reconnect.failed(ConnectFailure.HOPELESS, "no", false, false, NOW + 1);
        assertThat(reconnect.isSmooth()).isFalse();
        assertThat(reconnect.succeeded(NOW + 3)).isEqualTo(3);
        assertThat(reconnect.down()).isNull();
        assertThat(reconnect.isSmooth()).isTrue();
        assertThat(reconnect.isUnderWay()).isFalse();
        assertThat(reconnect.succeeded(NOW + 9)).as("nothing was under way").isZero();
    }

    @Test
    void theLastFailureExplainsWhyItIsDown() {
        reconnect.callDown("no connection within 30000 ms", NOW);
        assertThat(reconnect.down()).isEqualTo("no connection within 30000 ms");
        reconnect.failed(ConnectFailure.RETRY, "starting", false, false, NOW);
        reconnect.callDown("no connection within 30000 ms", NOW);
        assertThat(reconnect.down()).isEqualTo("starting");
    }
}
