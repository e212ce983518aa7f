package dev.bobbin.database.pool;

import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.pgclient.PgConnectOptions;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What to connect to.
 *
 * @param options for the client
 * @param beforeStartup is told of each new socket before anything is sent
 * @param objection says of a failed connect, in the operator's words, why another attempt would fail as well; empty when
 *     it is not for this to say
 */
public record Server(
        PgConnectOptions options,
        Consumer<NetSocketInternal> beforeStartup,
        Function<Throwable, Optional<String>> objection) {}
