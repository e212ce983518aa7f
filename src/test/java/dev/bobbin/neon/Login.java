package dev.bobbin.neon;

import dev.bobbin.neon.Messages.Message;
import dev.bobbin.neon.Traps.Failure;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A connection from its first byte to its session, in the order of Neon's proxy: TLS, startup message, SCRAM (which passes
 * through to Postgres), AuthenticationOk, and only then the compute, which may have to wake. Event loop only.
 */
final class Login {

    private final Simulation simulation;
    private final ClientLink client;
    private Buffer first = Buffer.buffer();
    private Startup startup;
    private Endpoint endpoint;
    private BackendLink backend;
    private Session session;
    private boolean over;

    Login(Simulation simulation, ClientLink client) {
        this.simulation = simulation;
        this.client = client;
        client.onBytes(this::fromClient);
        client.onClose(this::closed);
    }

    private void fromClient(Buffer bytes) {
        if (session != null) {
            session.fromClient(bytes);
        } else if (backend != null) {
            backend.send(bytes);
        } else if (!over) {
            first.appendBuffer(bytes);
            if (first.length() >= 8 && first.length() >= first.getInt(0)) {
                Buffer message = first;
                first = Buffer.buffer();
                begin(message);
            }
        }
    }

    private void begin(Buffer message) {
        switch (message.getInt(4)) {
            case Startup.GSS_REQUEST -> client.send(Buffer.buffer("N"));
            case Startup.SSL_REQUEST -> simulation.secure(client);
            case Startup.CANCEL_REQUEST -> {
                BackendLink.cancel(simulation.network(), simulation.address(), message.getBuffer(8, message.length()));
                client.finish();
            }
            default -> start(new Startup(message));
        }
    }

    private void start(Startup message) {
        if (!client.isSecure() && !simulation.isPlaintextAllowed()) {
            refuse("XX000", "connection is insecure (try using `sslmode=require`)");
            return;
        }
        simulation.tally().login();
        startup = message;
        try {
            endpoint = Endpoint.of(
                    client.serverName(),
                    message.endpointOption(),
                    simulation.isPlaintextAllowed() ? Endpoint.DIRECT : null);
        } catch (Endpoint.Refusal refusal) {
            refuse("XX000", refusal.getMessage());
            return;
        }
        BackendLink.connect(simulation.network(), simulation.address())
                .onSuccess(this::connected)
                .onFailure(failure -> refuse("XX000", "Couldn't connect to compute node"));
    }

    private void connected(BackendLink link) {
        if (over) {
            link.end(false);
            return;
        }
        backend = link;
        link.onMessages(this::fromBackend, this::dismissed);
        link.send(startup.passedOn());
    }

    private void fromBackend(List<Message> answer) {
        if (session != null) {
            session.fromBackend(answer);
            return;
        }
        Buffer out = Buffer.buffer();
        for (int i = 0; i < answer.size(); i++) {
            out.appendBuffer(answer.get(i).bytes());
            if (answer.get(i).isAuthenticationOk()) {
                client.send(out);
                authenticated(answer.subList(i + 1, answer.size()));
                return;
            }
        }
        client.send(out);
    }

    /** Here the client begins to wait: it has AuthenticationOk, and everything behind that needs the compute. */
    private void authenticated(List<Message> early) {
        Compute compute = simulation.compute();
        Failure failure = simulation.traps().takeFailure(compute.state() == State.ACTIVE);
        if (failure != null) {
            refuse(failure.sqlState(), failure.message());
            return;
        }
        session = new Session(simulation, endpoint, client, backend, startup);
        session.fromBackend(early);
        simulation.admit(session);
    }

    private void dismissed() {
        if (session != null) {
            session.dismissed();
        } else if (!over) {
            over = true;
            client.finish();
        }
    }

    private void closed() {
        over = true;
        simulation.tally().disconnected();
        if (session != null) {
            session.abandoned();
        } else if (backend != null) {
            backend.end(false);
        }
    }

    private void refuse(String sqlState, String message) {
        over = true;
        if (backend != null) {
            backend.end(false);
        }
        client.send(Messages.error(sqlState, message));
        client.finish();
        simulation.news("login refused: " + message);
    }
}
