package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.Ending;
import dev.bobbin.neon.NeonSimulator;
import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.BobbinCommand.Result;
import dev.bobbin.support.SleepingPostgres;
import dev.bobbin.support.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Commands wait for a database that sleeps, and tell of it. */
class DbWakeIT {

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
                            "connected in +[0-9.]+ m?s: it was asleep and woke for this\\. It had slept for [0-9.]+ s");
        }
    }

    @Test
    void infoWaitsForNeonAndClaimsNoMoreThanItSaw() throws Exception {
        String database = TestDatabase.get().freshDatabase();
        try (NeonSimulator neon = NeonSimulator.inFrontOf(database).start()) {
            neon.wakeGap(Duration.ofSeconds(3));
            neon.suspend(Ending.TERMINATED);
            Result info = BobbinCommand.on(neon.url(true, database))
                    .jvm(neon.jvmArguments())
                    .run("db", "info")
                    .exits(0);
            assertThat(neon.meters().wakes()).isEqualTo(1);
            assertThat(info.out())
                    .containsPattern("connected in +([3-9]|\\d\\d)\\.\\d s.*: it took long to answer")
                    .contains("a pooler", "direct url", "TLS")
                    .doesNotContain("asleep");
        }
    }

    @Test
    void newsOfWaitingGoToTheErrorStream() throws Exception {
        String database = TestDatabase.get().freshDatabase();
        try (NeonSimulator neon = NeonSimulator.inFrontOf(database).start()) {
            neon.suspend(Ending.TERMINATED);
            neon.failWakes(1, "XX000", "Couldn't connect to compute node");
            Result info = BobbinCommand.on(neon.url(false, database))
                    .jvm(neon.jvmArguments())
                    .run("db", "info", "--json")
                    .exits(0);
            assertThat(info.json().getJsonObject("connection").getInteger("attempts"))
                    .isEqualTo(2);
            assertThat(info.err()).contains("Couldn't connect to compute node", "trying again");
        }
    }
}
