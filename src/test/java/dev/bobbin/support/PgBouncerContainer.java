package dev.bobbin.support;

import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.LogMessageWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** A {@link PgBouncer} in a container, whose image has to have the program and nothing else. */
final class PgBouncerContainer extends RestartableContainer implements PgBouncer {

    static final String IMAGE = TestDatabase.environment("BOBBIN_TEST_PGBOUNCER_IMAGE", "edoburu/pgbouncer:v1.24.1-p1");

    private static final int PORT = 6432;

    private static final String INI = "/etc/pgbouncer/pgbouncer.ini";
    private static final String USERS = "/etc/pgbouncer/users.txt";

    private final LogMessageWaitStrategy up;
    private int lives;

    PgBouncerContainer(PgBouncerConfiguration configuration) {
        this(configuration, new LogMessageWaitStrategy().withRegEx(".* process up: .*\\s*"));
    }

    private PgBouncerContainer(PgBouncerConfiguration configuration, LogMessageWaitStrategy up) {
        super(container(configuration), PORT, List.of("pgbouncer", INI), up);
        this.up = up;
    }

    private static GenericContainer<?> container(PgBouncerConfiguration configuration) {
        String server = "host=%s port=%d"
                .formatted(nameInNetwork(configuration.database().getPort()), PostgresContainer.PORT);
        return new GenericContainer<>(DockerImageName.parse(IMAGE))
                // it refuses to work as root
                .withCreateContainerCmdModifier(create -> create.withUser("65533:65533"))
                .withCopyToContainer(Transferable.of(configuration.ini("*", PORT, server, USERS), 0644), INI)
                .withCopyToContainer(Transferable.of(configuration.users(), 0644), USERS);
    }

    /** Its log goes on from life to life. */
    @Override
    public void restart() {
        up.withTimes(++lives);
        start();
    }
}
