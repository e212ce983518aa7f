package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.SleepingPostgres;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands wait for a database that sleeps, and tell of it. */
@Tag("postgres")
class DbWakeTest {

    @Test
    void infoTellsHowLongADatabaseSleptAndTookToWake() throws Exception {
        try (SleepingPostgres database = SleepingPostgres.asleep()) {
            long fellAsleep = System.nanoTime();
            Thread.sleep(4_000);
            JsonObject woken = BobbinCommand.on(database.url())
                    .run("db", "info", "--json")
                    .exits(0)
                    .json()
                    .getJsonObject("connection");
            long since = Duration.ofNanos(System.nanoTime() - fellAsleep).toMillis();
            assertThat(woken.getBoolean("woke")).isTrue();
            // the server keeps the moment in whole seconds, and stops a little after it
            assertThat(woken.getLong("slept_milliseconds")).isBetween(3_500L, since + 2_000);
            assertThat(woken.getLong("milliseconds")).isBetween(100L, since - 4_000);
            JsonObject awake = BobbinCommand.on(database.url())
                    .run("db", "info", "--json")
                    .exits(0)
                    .json()
                    .getJsonObject("connection");
            assertThat(awake.getBoolean("woke")).isFalse();
            assertThat(awake.getLong("slept_milliseconds")).isNull();
        }
    }

    @Test
    void infoSaysSoInWords() throws Exception {
        try (SleepingPostgres database = SleepingPostgres.asleep()) {
            Thread.sleep(2_500);
            assertThat(BobbinCommand.on(database.url())
                            .run("db", "info")
                            .exits(0)
                            .out())
                    .containsPattern(
                            "Connected in [0-9.]+ m?s: it was asleep and woke for this\\. It had slept for [0-9.]+ s");
        }
    }
}
