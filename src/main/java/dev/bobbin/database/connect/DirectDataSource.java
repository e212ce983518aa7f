package dev.bobbin.database.connect;

import org.postgresql.ds.PGSimpleDataSource;

/** JDBC connections for what a pooler cannot do, such as migrations. Each is a new one, and nothing stays behind. */
public final class DirectDataSource {

    /** What the sessions are called in {@code pg_stat_activity}, unless the URL has a name for them. */
    public static final String APPLICATION_NAME = "bobbin-migrations";

    /** Seconds for one attempt to connect, a waking database included. */
    private static final int LOGIN_TIMEOUT = 20;

    private DirectDataSource() {}

    /** Connections to this database, secured like this. */
    public static PGSimpleDataSource of(DatabaseUrl url, TlsPolicy tls) {
        return complete(new PGSimpleDataSource(), url, tls);
    }

    /** The same with a data source that does more than connect. */
    public static PGSimpleDataSource complete(PGSimpleDataSource source, DatabaseUrl url, TlsPolicy tls) {
        source.setServerNames(new String[] {url.host()});
        source.setPortNumbers(new int[] {url.port()});
        source.setDatabaseName(url.database());
        source.setUser(url.user());
        source.setPassword(url.password());
        source.setApplicationName(url.parameters().getOrDefault("application_name", APPLICATION_NAME));
        // so that the name is there from the first message on, for the server's log
        source.setAssumeMinServerVersion("14");
        source.setOptions(url.parameters().get("options"));
        source.setLoginTimeout(LOGIN_TIMEOUT);
        source.setTcpKeepAlive(true);
        secure(source, tls);
        return source;
    }

    private static void secure(PGSimpleDataSource source, TlsPolicy tls) {
        source.setSslMode(tls.mode().value);
        source.setChannelBinding(tls.requiresChannelBinding() ? "require" : "prefer");
        // the driver would look for a client certificate in the home directory
        source.setSslCert("");
        source.setSslKey("");
        if (tls.rootCertificates() != null) {
            source.setSslRootCert(tls.rootCertificates());
        } else if (tls.trusted() != null) {
            source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
        }
    }
}
