package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.neon.Ending;
import dev.bobbin.neon.NeonSimulator;
import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.BobbinCommand.Result;
import dev.bobbin.support.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Commands wait for Neon, as processes: only a JVM of its own can be told the addresses of the simulator's hosts. */
class DbWakeIT {

    @Test
    void infoWaitsForNeonAndClaimsNoMoreThanItSaw() throws Exception {
        String database = TestDatabase.get().freshDatabase();
        try (NeonSimulator neon = NeonSimulator.inFrontOf(database).start()) {
            neon.wakeGap(Duration.ofSeconds(3));
            neon.suspend(Ending.TERMINATED);
            Result info = BobbinCommand.on(neon.url(true, database))
                    .packaged(neon.jvmArguments().toArray(String[]::new))
                    .run("db", "info")
                    .exits(0);
            assertThat(neon.meters().wakes()).isEqualTo(1);
            assertThat(info.out())
                    .containsPattern("Connected in ([3-9]|\\d\\d)\\.\\d s: the server was up, but slow to answer")
                    .containsPattern("pooled +yes")
                    .containsPattern("encrypted +yes")
                    .contains("direct url")
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
                    .packaged(neon.jvmArguments().toArray(String[]::new))
                    .run("db", "info", "--json")
                    .exits(0);
            // on a busy machine the second one may be too late as well
            assertThat(info.json().getJsonObject("connection").getInteger("attempts"))
                    .isGreaterThanOrEqualTo(2);
            assertThat(info.err()).contains("Couldn't connect to compute node", "trying again");
        }
    }
}
