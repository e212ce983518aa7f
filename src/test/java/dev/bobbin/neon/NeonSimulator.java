package dev.bobbin.neon;

import dev.bobbin.neon.Traps.Failure;
import dev.bobbin.neon.Traps.Trap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Neon in front of an ordinary Postgres, as far as a client can tell: TLS with names, a compute that is suspended and wakes,
 * and the ways in which its connections end. One compute, with a direct and a pooled endpoint, on a port of 127.0.0.1.
 *
 * <p>All methods may be called from any thread while clients are at work, and have taken effect when they return.
 */
public final class NeonSimulator implements AutoCloseable {

    private static final int SECONDS_TO_ANSWER = 30;

    /** How it is built; what can change while it runs is set on the simulator. */
    public static final class Builder {

        private final URI backend;
        private boolean plaintextAllowed;
        private Consumer<String> news = what -> {};

        private Builder(URI backend) {
            this.backend = backend;
        }

        /** Takes clients without TLS too, and those that name no endpoint for clients of the direct one. */
        public Builder plaintextAllowed() {
            plaintextAllowed = true;
            return this;
        }

        /** Is told what happens, a line at a time, on the event loop. */
        public Builder news(Consumer<String> listener) {
            news = listener;
            return this;
        }

        public NeonSimulator start() {
            return new NeonSimulator(this);
        }
    }

    private final Vertx vertx;
    private final Thread loop;
    private final Simulation simulation;
    private final Identity identity = new Identity();
    private final int port;

    private NeonSimulator(Builder builder) {
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        loop = get(onContext(Thread::currentThread));
        SocketAddress address = SocketAddress.inetSocketAddress(builder.backend.getPort(), builder.backend.getHost());
        simulation =
                onLoop(() -> new Simulation(vertx, address, builder.plaintextAllowed, identity::tls, builder.news));
        CompletableFuture<NetServer> listening = new CompletableFuture<>();
        vertx.runOnContext(go -> vertx.createNetServer()
                .connectHandler(simulation::accept)
                .listen(0, "127.0.0.1")
                .onSuccess(listening::complete)
                .onFailure(listening::completeExceptionally));
        port = get(listening).actualPort();
    }

    /** In front of the server of this URL, {@code postgresql://user:password@host:port/database}; the rest is ignored. */
    public static Builder inFrontOf(String backendDatabaseUrl) {
        return new Builder(URI.create(backendDatabaseUrl));
    }

    public int port() {
        return port;
    }

    /** The certificate that clients have to trust. */
    public Path caPem() {
        return identity.ca().pem();
    }

    /** A DATABASE_URL through the simulator, by host name and with verified TLS: see {@link #hostsFile()}. */
    public String url(boolean pooled, String backendDatabaseUrl) {
        String host = (pooled ? Endpoint.POOLED : Endpoint.DIRECT).host();
        return through(backendDatabaseUrl, host) + "?sslmode=verify-full&sslrootcert=" + caPem();
    }

    /** A DATABASE_URL through the simulator on 127.0.0.1, in clear text: see {@link Builder#plaintextAllowed()}. */
    public String plainUrl(boolean pooled, String backendDatabaseUrl) {
        return through(backendDatabaseUrl, "127.0.0.1")
                + "?sslmode=disable"
                + (pooled ? "&options=endpoint%3D" + Endpoint.POOLED.id() : "");
    }

    /** A hosts file with the names of the endpoints, which a JVM takes by {@link #jvmArguments()}. */
    public Path hostsFile() {
        return identity.hosts();
    }

    /** What makes a JVM find the endpoints by name: one argument for the JDK's resolver, one so that Vert.x uses that. */
    public List<String> jvmArguments() {
        return List.of("-Djdk.net.hosts.file=" + hostsFile(), "-Dvertx.disableDnsResolver=true");
    }

    /** How long a wake takes, from the next wake on; 300 ms unless set. */
    public void wakeGap(Duration gap) {
        onLoop(() -> simulation.compute().setWakeGap(gap));
    }

    /** Ends the wake that is under way, if there is one. */
    public void wakeNow() {
        onLoop(() -> simulation.compute().wakeNow());
    }

    /** Suspends the compute whenever nothing was going on for so long, by Neon's rules; null is never, as at the start. */
    public void suspendAfter(Duration idle) {
        suspendAfter(idle, Ending.TERMINATED);
    }

    /** The same, with another end of the connections. */
    public void suspendAfter(Duration idle, Ending ending) {
        onLoop(() -> simulation.compute().setSuspendAfter(idle, ending));
    }

    /** Suspends the compute now, as Neon does. */
    public void suspend() {
        suspend(Ending.TERMINATED);
    }

    /** Suspends the compute now; all its connections end in this way. */
    public void suspend(Ending ending) {
        onLoop(() -> simulation.compute().suspend(ending));
    }

    /** Suspends the compute when the next bytes of an open session come; they are lost, as when a borrow meets the close. */
    public void suspendOnNextBytes(Ending ending) {
        onLoop(() -> simulation.traps().onNextBytes(ending));
    }

    /** The connection of the next statement ends, before or after Postgres has executed it. */
    public void onNextStatement(Moment moment, Ending ending) {
        onNextStatement(moment, ending, sql -> true);
    }

    /** The same with the next statement whose SQL, as it was prepared, is one of these. */
    public void onNextStatement(Moment moment, Ending ending, Predicate<String> sql) {
        onLoop(() -> simulation.traps().add(new Trap(moment, ending, sql, false)));
    }

    /** The next such statement meets a suspend: all connections end. */
    public void suspendOnNextStatement(Moment moment, Ending ending, Predicate<String> sql) {
        onLoop(() -> simulation.traps().add(new Trap(moment, ending, sql, true)));
    }

    /** The next logins fail behind AuthenticationOk, in whatever state the compute is; zero takes back what is left. */
    public void failLogins(int times, String sqlState, String message) {
        onLoop(() -> simulation.traps().failLogins(times, new Failure(sqlState, message)));
    }

    /** The next logins that find the compute not awake fail behind AuthenticationOk, and it stays as it is. */
    public void failWakes(int times, String sqlState, String message) {
        onLoop(() -> simulation.traps().failWakes(times, new Failure(sqlState, message)));
    }

    /** Connections are closed as soon as they are accepted, or are not any more. */
    public void refuse(boolean refuse) {
        onLoop(() -> simulation.setRefusing(refuse));
    }

    /** Logins beyond so many sessions fail with 53300. */
    public void connectionLimit(int limit) {
        onLoop(() -> simulation.setConnectionLimit(limit));
    }

    /** Takes back all that was set up to go wrong and has not happened yet, the refusal and the limit too. */
    public void disarm() {
        onLoop(() -> {
            simulation.traps().clear();
            simulation.setRefusing(false);
            simulation.setConnectionLimit(Integer.MAX_VALUE);
        });
    }

    /** What every round trip takes more, those of the login too. */
    public void latency(Duration latency) {
        onLoop(() -> simulation.setLatency(latency));
    }

    public State state() {
        return onLoop(() -> simulation.compute().state());
    }

    public Meters meters() {
        return onLoop(() -> simulation.tally().read(simulation.compute().awakeSeconds()));
    }

    public void resetMeters() {
        onLoop(() -> {
            simulation.tally().reset();
            simulation.compute().resetAwakeSeconds();
        });
    }

    /** The last thousand statements since the meters were reset, oldest first. */
    public List<String> statements() {
        return onLoop(() -> simulation.tally().recentStatements());
    }

    /** Closes every connection and deletes every file. */
    @Override
    public void close() {
        get(vertx.close().toCompletionStage().toCompletableFuture());
        identity.close();
    }

    private String through(String backendDatabaseUrl, String host) {
        URI backend = URI.create(backendDatabaseUrl);
        return "postgresql://" + backend.getRawUserInfo() + "@" + host + ":" + port + backend.getRawPath();
    }

    private void onLoop(Runnable work) {
        onLoop(() -> {
            work.run();
            return null;
        });
    }

    private <T> T onLoop(Supplier<T> work) {
        return Thread.currentThread() == loop ? work.get() : get(onContext(work));
    }

    private <T> CompletableFuture<T> onContext(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        vertx.runOnContext(go -> {
            try {
                result.complete(work.get());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
