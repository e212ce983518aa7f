package dev.bobbin.neon;

import dev.bobbin.neon.Traps.Trap;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** What all connections share: the compute, its sessions, the meters, the traps. Event loop only. */
final class Simulation implements Compute.Sessions {

    private final Vertx vertx;
    private final SocketAddress address;
    private final boolean plaintextAllowed;
    private final Callable<SSLContext> tls;
    private final Consumer<String> news;
    private final NetClient network;
    private final Tally tally = new Tally();
    private final Traps traps = new Traps();
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final Compute compute;
    private Duration latency = Duration.ZERO;
    private int connectionLimit = Integer.MAX_VALUE;
    private boolean refusing;

    Simulation(
            Vertx vertx,
            SocketAddress address,
            boolean plaintextAllowed,
            Callable<SSLContext> tls,
            Consumer<String> news) {
        this.vertx = vertx;
        this.address = address;
        this.plaintextAllowed = plaintextAllowed;
        this.tls = tls;
        this.news = news;
        network = vertx.createNetClient();
        compute = new Compute(vertx, this, tally, news);
    }

    Compute compute() {
        return compute;
    }

    Tally tally() {
        return tally;
    }

    Traps traps() {
        return traps;
    }

    NetClient network() {
        return network;
    }

    SocketAddress address() {
        return address;
    }

    boolean isPlaintextAllowed() {
        return plaintextAllowed;
    }

    void setLatency(Duration latency) {
        this.latency = latency;
    }

    void setConnectionLimit(int limit) {
        connectionLimit = limit;
    }

    void setRefusing(boolean refusing) {
        this.refusing = refusing;
    }

    void news(String what) {
        news.accept(what);
    }

    void accept(NetSocket socket) {
        tally.accepted();
        if (refusing) {
            socket.close();
            return;
        }
        tally.connected();
        new Login(this, new ClientLink(socket, () -> latency.toNanos()));
    }

    /** The certificate may have to be made first, which takes a while. */
    void secure(ClientLink client) {
        vertx.executeBlocking(tls).compose(client::secure).onFailure(failure -> client.close());
    }

    /** Lets a session in when the compute is awake, unless the compute or PgBouncer would not. */
    void admit(Session session) {
        sessions.add(session);
        compute.whenAwake(() -> {
            String foreign =
                    session.endpoint() == Endpoint.POOLED ? session.startup().settingForeignToPgBouncer() : null;
            long others = sessions.stream().filter(Session::isAdmitted).count();
            if (foreign != null) {
                session.refuse(
                        Messages.error(
                                "XX000",
                                "unsupported startup parameter in options: " + foreign
                                        + ". Please use unpooled connection or remove this parameter from the startup package."));
            } else if (others >= connectionLimit) {
                session.refuse(Messages.error(
                        "53300",
                        "too many connections for role \"" + session.startup().user() + "\""));
            } else {
                session.admit();
            }
        });
    }

    void opened(Session session) {
        tally.session();
        compute.touch();
        news("session opened on " + session.endpoint().id() + " by "
                + session.startup().user() + " " + session.startup().applicationName());
    }

    void left(Session session) {
        sessions.remove(session);
    }

    /** Takes note of a statement; the trap for it, or null. */
    Trap executing(String sql) {
        compute.touch();
        tally.statement(sql);
        news("statement: " + sql);
        return traps.take(sql);
    }

    /** Whether the bytes that just came set off a suspend, and are lost with it. */
    boolean suspendedByBytes() {
        Ending ending = traps.takeNextBytes();
        if (ending != null) {
            compute.suspend(ending);
        }
        return ending != null;
    }

    @Override
    public boolean anyBusy() {
        return sessions.stream().anyMatch(Session::isBusy);
    }

    @Override
    public void end(Ending ending) {
        List.copyOf(sessions).forEach(session -> session.end(ending));
    }
}
