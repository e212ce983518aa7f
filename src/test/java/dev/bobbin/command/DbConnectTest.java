package dev.bobbin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.support.BobbinCommand;
import dev.bobbin.support.FailedConnect;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What commands, and the start, say of a database that they cannot connect to. */
@Tag("postgres")
class DbConnectTest {

    private static FailedConnect.Servers servers;

    @BeforeAll
    static void start() throws IOException {
        servers = new FailedConnect.Servers();
    }

    @AfterAll
    static void stop() throws IOException {
        servers.close();
    }

    @ParameterizedTest
    @EnumSource
    void theCauseIsNamed(FailedConnect connect) {
        // also the time that an attempt has, which a busy machine needs
        String timeout = connect.isHopeless() ? "1h" : connect.isSilent() ? "2s" : "10s";
        String err = BobbinCommand.on(servers.url(connect))
                .and("BOBBIN_MIGRATE_TIMEOUT", timeout)
                .run("db", "info")
                .exits(3)
                .err();
        assertThat(err).contains(servers.words(connect)).doesNotContain(FailedConnect.WRAPPERS);
        assertThat(err.contains("Gave up after") || err.contains("trying again"))
                .isEqualTo(!connect.isHopeless());
    }

    @Test
    void anUnknownHostIsGivenUpLongBeforeTheTimeout() {
        String err = BobbinCommand.on(servers.url(FailedConnect.UNKNOWN_HOST))
                .and("BOBBIN_MIGRATE_TIMEOUT", "1h")
                .run("db", "info")
                .exits(3)
                .err();
        assertThat(err.lines()).hasSize(4);
        assertThat(err.lines().filter(line -> line.endsWith("; trying again"))).hasSize(3);
    }
}
