package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconnectTest {

    private static final long NOW = Long.MAX_VALUE - 1;
    private static final long PATIENCE = Duration.ofSeconds(30).toNanos();
    private static final ConnectFailure STARTING = failure("starting", "57P03");
    private static final ConnectFailure REFUSED = failure("no such role", "28P01");
    private static final ConnectFailure NO_DATABASE = failure("no such database", "3D000");

    private final Reconnect reconnect = new Reconnect(PoolBench.config(), NOW);

    @ParameterizedTest(name = "{0}, failure {1}: {2} to {3} ms")
    @CsvSource({
        "57P03, 1, 0, 100",
        "57P03, 3, 0, 400",
        "57P03, 50, 0, 4000",
        "53300, 1, 500, 1500",
        "53300, 50, 500, 10500",
        "28P01, 1, 1000, 1000",
        "28P01, 3, 4000, 4000",
        "28P01, 50, 10000, 10000"
    })
    void thePauseDependsOnTheFailureAndGrows(String sqlState, int failures, long least, long most) {
        for (int failure = 0; failure < failures; failure++) {
            reconnect.failed(failure("no", sqlState), true, NOW);
        }
        assertThat((reconnect.due(true) - NOW) / 1_000_000).isBetween(least, most);
    }

    @Test
    void aRefusalIsDownAtOnceUnlessOthersAreOpen() {
        reconnect.begin(NOW);
        reconnect.failed(REFUSED, true, NOW);
        assertThat(reconnect.down()).isNull();
        assertThat(reconnect.refusal(NOW)).isNull();
        reconnect.failed(REFUSED, false, NOW);
        assertThat(reconnect.down()).isEqualTo("no such role (SQLSTATE 28P01)");
        assertThat(reconnect.refusal(NOW)).isEqualTo(reconnect.down());
        assertThat(reconnect.refusal(NOW + Duration.ofSeconds(10).toNanos())).isNull();
    }

    @Test
    void whatPassesIsDownWhenPatienceIsOver() {
        reconnect.begin(NOW);
        reconnect.failed(STARTING, false, NOW + PATIENCE - 1);
        assertThat(reconnect.down()).isNull();
        reconnect.failed(STARTING, false, NOW + PATIENCE);
        assertThat(reconnect.down()).isEqualTo("starting (SQLSTATE 57P03)");
    }

    @ParameterizedTest(name = "said by the database {0}: {1} s, at most {2} s")
    @CsvSource({"false, 5, 50", "true, 5, 1800"})
    void probesOfADatabaseThatIsDownGrowSeldomAndThoseThatWakeItMore(boolean ofTheDatabase, long first, long last) {
        ConnectFailure failure = ofTheDatabase ? NO_DATABASE : REFUSED;
        reconnect.begin(NOW);
        reconnect.failed(failure, false, NOW);
        assertThat(reconnect.due(false) - NOW)
                .isEqualTo(Duration.ofSeconds(first).toNanos());
        for (int nr = 0; nr < 20; nr++) {
            reconnect.failed(failure, false, NOW);
        }
        assertThat(reconnect.due(false) - NOW)
                .isEqualTo(Duration.ofSeconds(last).toNanos());
    }

    @Test
    void aSuccessForgetsAllAndSaysHowLongItTook() {
        reconnect.begin(NOW);
        reconnect.failed(REFUSED, false, NOW + 1);
        assertThat(reconnect.isSmooth()).isFalse();
        assertThat(reconnect.succeeded(NOW + 3)).isEqualTo(3);
        assertThat(reconnect.down()).isNull();
        assertThat(reconnect.isSmooth()).isTrue();
        assertThat(reconnect.isUnderWay()).isFalse();
        assertThat(reconnect.succeeded(NOW + 9)).as("nothing was under way").isZero();
    }

    @Test
    void theLastFailureExplainsWhyItIsDown() {
        assertThat(reconnect.callDown("no connection within 30000 ms", NOW)).isEqualTo("no connection within 30000 ms");
        assertThat(reconnect.down()).isEqualTo("no connection within 30000 ms");
        reconnect.failed(STARTING, false, NOW);
        reconnect.callDown("no connection within 30000 ms", NOW);
        assertThat(reconnect.down()).isEqualTo("starting (SQLSTATE 57P03)");
    }

    private static ConnectFailure failure(String message, String sqlState) {
        return ConnectFailure.of(new PgException(message, "FATAL", sqlState, null));
    }
}
