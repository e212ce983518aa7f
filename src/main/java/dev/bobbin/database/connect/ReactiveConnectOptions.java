package dev.bobbin.database.connect;

import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What the reactive client is told of the database: where it is, as whom to log in, and how that is secured. */
public final class ReactiveConnectOptions {

    private ReactiveConnectOptions() {}

    /**
     * Fills in what the URL and the policy say; other settings, timeouts among them, stay as they are.
     *
     * @param options those that Quarkus made of its own settings. They are changed, and returned: a copy of them would
     *     lose {@code useLayer7Proxy}.
     */
    public static PgConnectOptions complete(PgConnectOptions options, DatabaseUrl url, TlsPolicy tls) {
        options.setHost(url.host())
                .setPort(url.port())
                .setDatabase(url.database())
                .setUser(url.user());
        @Nullable String password = url.password();
        if (password != null) {
            options.setPassword(password);
        }
        options.addProperty("application_name", url.parameters().getOrDefault("application_name", "bobbin"));
        @Nullable String serverOptions = url.parameters().get("options");
        if (serverOptions != null) {
            options.addProperty("options", serverOptions);
        }
        // since version 12 of no use to a server, and a PgBouncer refuses what it does not know
        options.getProperties().remove("extra_float_digits");
        if (!url.preparedStatementCache()) {
            options.setCachePreparedStatements(false).setUseLayer7Proxy(true);
        }
        return secure(options, tls);
    }

    private static PgConnectOptions secure(PgConnectOptions options, TlsPolicy tls) {
        @Nullable X509TrustManager trusted = tls.trusted();
        if (trusted != null) {
            options.setTrustOptions(TrustOptions.wrap(trusted));
        }
        // left unset, the client would check certificates in every mode
        return options.setTrustAll(trusted == null)
                .setSslMode(tls.mode())
                .setHostnameVerificationAlgorithm(tls.mode() == SslMode.VERIFY_FULL ? "HTTPS" : "");
    }
}
