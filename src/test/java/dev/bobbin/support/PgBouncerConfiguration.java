package dev.bobbin.support;

import java.net.URI;

/**
 * What the two files of a PgBouncer say.
 *
 * @param database a URL of the server, with the one user who may come in, and the password that both ask for
 */
record PgBouncerConfiguration(URI database, int poolSize) {

    /**
     * @param server where it finds the server: host and port, as libpq takes them
     * @param usersFile where it finds {@link #users()}
     */
    String ini(String listenAddress, int listenPort, String server, String usersFile) {
        return """
                [databases]
                * = %s
                [pgbouncer]
                listen_addr = %s
                listen_port = %d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %s
                pool_mode = transaction
                default_pool_size = %d
                ignore_startup_parameters = extra_float_digits
                """
                .formatted(server, listenAddress, listenPort, usersFile, poolSize);
    }

    String users() {
        String[] login = database.getUserInfo().split(":", 2);
        return "\"%s\" \"%s\"\n".formatted(login[0], login[1]);
    }
}
