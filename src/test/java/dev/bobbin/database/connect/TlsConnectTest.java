package dev.bobbin.database.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.bobbin.support.TestCa;
import dev.bobbin.support.TlsPostgres;
import dev.bobbin.support.TlsProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both drivers against real servers, and against somebody in the middle. */
@Tag("postgres")
class TlsConnectTest {

    private static final String ENCRYPTED = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";

    private static TestCa ca;
    private static TestCa otherCa;
    private static TlsPostgres tls;
    private static TlsPostgres plain;
    private static TlsProxy middle;
    private static TlsProxy middleTls;
    private static TlsProxy otherName;
    private static BothDrivers drivers;

    @BeforeAll
    static void start() throws Exception {
        ca = TestCa.create();
        otherCa = TestCa.create();
        tls = TlsPostgres.withTls(ca.certificateFor("localhost", "127.0.0.1"));
        plain = TlsPostgres.withoutTls();
        middle = TlsProxy.before(plain.port(), ca.certificateFor("localhost"));
        middleTls = TlsProxy.beforeTls(tls.port(), ca.certificateFor("localhost"));
        otherName = TlsProxy.before(plain.port(), ca.certificateFor("other.test"));
        drivers = new BothDrivers();
    }

    @AfterAll
    static void stop() throws Exception {
        drivers.close();
        middle.close();
        middleTls.close();
        otherName.close();
        tls.close();
        plain.close();
        ca.close();
        otherCa.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // role@server | parameters | whether the server says that the connection is encrypted
                "scram@tls|sslmode=require|t",
                "md5@tls|sslmode=require|t",
                "scram@tls|sslmode=prefer|t",
                "scram@tls|sslmode=allow|f",
                "scram@tls|sslmode=disable|f",
                "scram@tls||f",
                "scram@plain|sslmode=prefer|f",
                "scram@tls|sslrootcert=CA|t",
                "scram@tls|sslmode=verify-ca&sslrootcert=CA|t",
                "scram@tls|sslmode=verify-full&sslrootcert=CA|t",
                "scram@tls|channel_binding=require|t",
                "scram@tls|channel_binding=require&sslmode=verify-full&sslrootcert=CA|t",
                "scram@tls|channel_binding=disable&sslmode=require|t",
                // of these, sslmode sees nobody in the middle, who has a certificate of the same authority
                "md5@middle|sslmode=verify-full&sslrootcert=CA|f",
                "md5@middleTls|sslmode=verify-full&sslrootcert=CA|t",
                "scram@middle|sslmode=require&channel_binding=prefer|f",
            })
    void whatTheUrlAsksForIsWhatTheServerSees(String login, String parameters, String encrypted) throws Throwable {
        String url = url(login, parameters);
        assertThat(drivers.reactive(url, false, ENCRYPTED)).startsWith(encrypted);
        assertThat(drivers.jdbc(url, false, ENCRYPTED)).isEqualTo(encrypted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // role@server | parameters | what the operator is told
                "scram@plain|sslmode=require|does not speak TLS, which sslmode=require asks for",
                "scram@tls|sslmode=verify-full&sslrootcert=OTHER|not signed by an authority in ",
                "scram@tls|sslmode=verify-ca&sslrootcert=OTHER|not signed by an authority in ",
                "scram@tls|sslrootcert=OTHER|not signed by an authority in ",
                "scram@tls|sslrootcert=system|not signed by an authority that the Java runtime trusts",
                "scram@tls|sslmode=verify-ca|not signed by an authority that the Java runtime trusts",
                "scram@otherName|sslmode=verify-full&sslrootcert=CA|is not for the host localhost",
                "md5@tls|channel_binding=require|is not trusted",
                "clear@tls|channel_binding=require|is not trusted",
                "trusted@tls|channel_binding=require|is not trusted",
                "scram@middle|channel_binding=require|is not trusted",
                "scram@middleTls|channel_binding=require|Something on the way there terminates TLS",
                "scram@middleTls|sslmode=require|Something on the way there terminates TLS",
                "scram@middle|channel_binding=require&sslmode=verify-full&sslrootcert=CA|is not trusted",
            })
    void aServerThatCannotDoThatIsRefusedByBoth(String login, String parameters, String message) {
        String url = url(login, parameters);
        for (Throwable failure : new Throwable[] {
            catchThrowable(() -> drivers.reactive(url, false, ENCRYPTED)),
            catchThrowable(() -> drivers.jdbc(url, false, ENCRYPTED))
        }) {
            assertThat(TlsFailure.explain(failure, DatabaseUrl.parse(url)))
                    .as("%s", failure)
                    .hasValueSatisfying(sentence -> assertThat(sentence)
                            .contains(message)
                            .startsWith("localhost:")
                            .doesNotContain(TlsPostgres.PASSWORD)
                            .doesNotContain("\n"));
        }
    }

    /** The reactive client would leave such a connection open for as long as the server waits. */
    @ParameterizedTest
    @ValueSource(chars = {'N', 'E', 'x'})
    void aServerWithoutTlsIsNotLeftWaiting(char answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Integer> afterwards = CompletableFuture.supplyAsync(() -> {
                try (Socket client = server.accept()) {
                    client.getInputStream().readNBytes(8);
                    client.getOutputStream().write(answer);
                    return client.getInputStream().read();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            String url = "postgresql://u:p@localhost:" + server.getLocalPort() + "/d?sslmode=require";
            Throwable failure = catchThrowable(() -> drivers.reactive(url, false, ENCRYPTED));
            assertThat(failure).isInstanceOf(IOException.class);
            assertThat(afterwards.get(60, TimeUnit.SECONDS)).isEqualTo(-1);
            // an error is what an overloaded server says
            assertThat(TlsFailure.explain(failure, DatabaseUrl.parse(url)).isPresent())
                    .isEqualTo(answer != 'E');
        }
    }

    @Test
    void aHandshakeThatBreaksOffMayBeTriedAgain() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture.runAsync(() -> {
                while (!server.isClosed()) {
                    try (Socket client = server.accept()) {
                        client.getInputStream().readNBytes(8);
                        client.getOutputStream().write('S');
                    } catch (Exception e) {
                        // closed, or reset
                    }
                }
            });
            String url = "postgresql://u:p@localhost:" + server.getLocalPort() + "/d?sslmode=require";
            for (Throwable failure : new Throwable[] {
                catchThrowable(() -> drivers.reactive(url, false, ENCRYPTED)),
                catchThrowable(() -> drivers.jdbc(url, false, ENCRYPTED))
            }) {
                assertThat(failure).isNotNull();
                assertThat(TlsFailure.explain(failure, DatabaseUrl.parse(url))).isEmpty();
            }
        }
    }

    private static String url(String login, String parameters) {
        String[] parts = login.split("@");
        int port = Map.of(
                        "tls", tls.port(),
                        "plain", plain.port(),
                        "middle", middle.port(),
                        "middleTls", middleTls.port(),
                        "otherName", otherName.port())
                .get(parts[1]);
        String query = parameters == null
                ? ""
                : "?"
                        + parameters
                                .replace("CA", ca.pem().toString())
                                .replace("OTHER", otherCa.pem().toString());
        return "postgresql://" + parts[0] + ":" + TlsPostgres.PASSWORD + "@localhost:" + port + "/postgres" + query;
    }
}
