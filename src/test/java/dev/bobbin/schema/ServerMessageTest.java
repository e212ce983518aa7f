package dev.bobbin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

class ServerMessageTest {

    @Test
    void ofALostConnectionTheCauseIsNamed() {
        PSQLException lost = new PSQLException(
                "An I/O error occurred while sending to the backend.",
                PSQLState.CONNECTION_FAILURE,
                new SocketException("Connection reset"));
        assertThat(ServerMessage.oneLine(new FlywayException("Migration failed", lost)))
                .isEqualTo("An I/O error occurred while sending to the backend: java.net.SocketException:"
                        + " Connection reset");
    }
}
