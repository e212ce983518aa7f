package dev.bobbin.database.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.database.connect.DatabaseUrl;
import dev.bobbin.database.connect.DriverOptions;
import dev.bobbin.database.connect.TlsWatch;
import dev.bobbin.support.FailedConnect;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the pool says of a database that it cannot connect to: the same as the commands. */
@Tag("postgres")
class FailedConnectTest {

    private static final Vertx VERTX = Vertx.vertx();

    private static FailedConnect.Servers servers;

    @BeforeAll
    static void start() throws IOException {
        servers = new FailedConnect.Servers();
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
        FakeServer.get(VERTX.close());
    }

    @ParameterizedTest
    @EnumSource
    void theCauseIsNamed(FailedConnect connect) throws Exception {
        DatabaseUrl url = DatabaseUrl.parse(servers.url(connect));
        PgConnector connector = new PgConnector(
                VERTX,
                DriverOptions.reactive(new PgConnectOptions(), url),
                socket -> TlsWatch.install(socket.channelHandlerContext().pipeline(), url),
                failure -> ConnectFailure.of(failure, url),
                PoolBench.config("connect-timeout", connect.isSilent() ? "10ms" : "50s"));
        Throwable failure =
                FakeServer.get(connector.open(null).<Throwable>map(open -> null).otherwise(cause -> cause));
        ConnectFailure meaning = connector.explain(failure);
        assertThat(meaning.reason())
                .as("%s", failure)
                .contains(servers.words(connect))
                .doesNotContain(FailedConnect.WRAPPERS)
                .doesNotContain("s3cret");
        assertThat(meaning.isHopeless()).isEqualTo(connect.isHopeless());
    }
}
