package dev.bobbin.neon;

import dev.bobbin.neon.Messages.Message;
import dev.bobbin.neon.Traps.Trap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** A login that got past AuthenticationOk: messages go both ways, are counted, and run into traps. Event loop only. */
final class Session {

    private final Simulation simulation;
    private final Endpoint endpoint;
    private final ClientLink client;
    private final BackendLink backend;
    private final Startup startup;
    private final Messages messages = new Messages();
    private final Conversation conversation = new Conversation();
    private final List<Message> held = new ArrayList<>();
    private boolean admitted;
    private boolean dismissed;
    private boolean open;
    private boolean over;
    private Trap sprung;

    Session(Simulation simulation, Endpoint endpoint, ClientLink client, BackendLink backend, Startup startup) {
        this.simulation = simulation;
        this.endpoint = endpoint;
        this.client = client;
        this.backend = backend;
        this.startup = startup;
    }

    /** Whether it is one of the compute's: let in, though its first ReadyForQuery may still be on the way. */
    boolean isAdmitted() {
        return admitted;
    }

    boolean isBusy() {
        return open && conversation.isBusy();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Startup startup() {
        return startup;
    }

    /** The compute is awake: what Postgres said meanwhile goes to the client. */
    void admit() {
        if (over) {
            return;
        }
        admitted = true;
        fromBackend(List.copyOf(held));
        if (dismissed) {
            dismissed();
        }
    }

    /** The compute does not let it in. */
    void refuse(Buffer error) {
        if (!over) {
            over = true;
            simulation.left(this);
            backend.end(false);
            client.send(error);
            client.finish();
        }
    }

    /** Ends it in both directions, the client's as the endpoint does. */
    void end(Ending ending) {
        if (!over) {
            over = true;
            simulation.left(this);
            backend.end(conversation.isRunning());
            client.end(endpoint.endingOf(ending));
        }
    }

    /** The client went away. */
    void abandoned() {
        if (!over) {
            over = true;
            simulation.left(this);
            backend.end(false);
        }
    }

    /** Postgres ended it. */
    void dismissed() {
        dismissed = true;
        if (!over && admitted) {
            over = true;
            simulation.left(this);
            client.finish();
        }
    }

    void fromClient(Buffer bytes) {
        List<Message> complete = messages.feed(bytes);
        if (over || complete.isEmpty()) {
            return;
        }
        boolean goodbye = complete.get(0).type() == 'X';
        if (open && !goodbye && simulation.suspendedByBytes()) {
            return;
        }
        Buffer out = Buffer.buffer();
        int group = 0;
        for (Message message : complete) {
            String sql = conversation.sent(message);
            if (sql != null) {
                Trap trap = simulation.executing(sql);
                if (trap != null && trap.moment() == Moment.BEFORE_STATEMENT) {
                    // neither the Execute nor the Bind that goes with it
                    backend.send(out.getBuffer(0, group));
                    spring(trap);
                    return;
                }
                if (trap != null) {
                    sprung = trap;
                    conversation.doom(message);
                }
            }
            out.appendBuffer(message.bytes());
            if (message.type() == 'S' || message.type() == 'Q') {
                group = out.length();
            }
        }
        backend.send(out);
    }

    void fromBackend(List<Message> answer) {
        if (!admitted) {
            held.addAll(answer);
        }
        if (over || !admitted) {
            return;
        }
        Buffer out = Buffer.buffer();
        for (Message message : answer) {
            boolean lost = conversation.isAnswerDoomed();
            if (message.type() == 'Z') {
                conversation.ready(message);
                simulation.compute().touch();
            }
            if (!lost) {
                out.appendBuffer(message.bytes());
            } else if (message.type() == 'Z') {
                deliver(out);
                spring(sprung);
                return;
            }
            if (!open && message.type() == 'Z') {
                open = true;
                conversation.opened();
                simulation.opened(this);
            }
        }
        deliver(out);
    }

    private void deliver(Buffer out) {
        if (out.length() > 0 && open && conversation.completesRoundTrip()) {
            simulation.tally().roundTrip();
        }
        client.send(out);
    }

    private void spring(Trap trap) {
        if (trap.everywhere()) {
            simulation.compute().suspend(trap.ending());
        } else {
            end(trap.ending());
        }
    }
}
