package dev.bobbin.support;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.WaitStrategy;

/**
 * A container at one port of 127.0.0.1, the same in all of its lives, in a network with the others. When the JVM ends, at the
 * latest, Testcontainers removes it with its volumes, and then the network.
 */
abstract class RestartableContainer {

    /** A system property, since each application under test brings a class loader and its own copy of this class. */
    private static final String NETWORK = "test.network";

    private static final int SECONDS_TO_STOP = 60;

    private final GenericContainer<?> container;
    private final WaitStrategy ready;
    private final int port;

    /**
     * @param command in place of the image's entry point and command
     * @param ready waits until it serves, in each of its lives
     */
    RestartableContainer(GenericContainer<?> container, int portInside, List<String> command, WaitStrategy ready) {
        this.container = container;
        this.ready = ready;
        try {
            port = BobbinProcess.freePort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        container.setPortBindings(List.of("127.0.0.1:" + port + ":" + portInside));
        container.withExposedPorts(portInside);
        container.withNetworkMode(network());
        container.withCreateContainerCmdModifier(
                create -> create.withEntrypoint(command).withCmd(List.of()).withAliases(nameInNetwork(port)));
        container.waitingFor(ready);
    }

    /** What the other containers call the one that is at this port of 127.0.0.1. */
    static String nameInNetwork(int port) {
        return "port-" + port;
    }

    public int port() {
        return port;
    }

    /** Starts it for the first time, or again with the files that it had. */
    public void start() {
        if (container.getContainerId() == null) {
            container.start();
        } else {
            docker().startContainerCmd(container.getContainerId()).exec();
            ready.waitUntilReady(container);
        }
    }

    /** By the signal that the image names. */
    public void stop() {
        docker().stopContainerCmd(container.getContainerId())
                .withTimeout(SECONDS_TO_STOP)
                .exec();
    }

    /** By SIGKILL. */
    public void kill() {
        docker().killContainerCmd(container.getContainerId()).exec();
    }

    /** Everything it printed, in all of its lives. */
    public String output() {
        return container.getLogs();
    }

    public void close() {
        container.stop();
    }

    private static DockerClient docker() {
        return DockerClientFactory.lazyClient();
    }

    private static synchronized String network() {
        String id = System.getProperty(NETWORK);
        if (id == null) {
            id = Network.newNetwork().getId();
            System.setProperty(NETWORK, id);
        }
        return id;
    }
}
