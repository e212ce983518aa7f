package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import dev.bobbin.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** A new database with tables that the migrations made, and a connection to it whose search path leads to them. */
final class MigratedSchema implements AutoCloseable {

    /** Those that there are files of. */
    static final List<Integer> VERSIONS = versions();

    static final int LAST = VERSIONS.get(VERSIONS.size() - 1);

    private static final String HISTORY = "flyway_schema_history";

    final String schema;
    final String url;
    final Connection connection;

    private MigratedSchema(String schema) throws SQLException {
        this.schema = schema;
        this.url = TestDatabase.get().freshDatabase();
        this.connection = connect();
    }

    static MigratedSchema at(int version, String schema) throws SQLException {
        return adopted(version, schema, "select");
    }

    /** One that had tables before. */
    static MigratedSchema adopted(int version, String schema, String tables) throws SQLException {
        MigratedSchema migrated = new MigratedSchema(schema);
        migrated.execute("create schema if not exists " + Sql.quote(schema));
        migrated.execute(tables);
        Flyway.configure()
                .dataSource(migrated.dataSource())
                .defaultSchema(schema)
                .table(HISTORY)
                .initSql("select set_config('bobbin.adopting_owner', 'local/local', false)")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .group(true)
                .target(String.valueOf(version))
                .load()
                .migrate();
        return migrated;
    }

    private PGSimpleDataSource dataSource() throws SQLException {
        String[] login = URI.create(url).getUserInfo().split(":");
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(connection.getMetaData().getURL());
        source.setUser(login[0]);
        source.setPassword(login[1]);
        return source;
    }

    Connection connect() throws SQLException {
        Connection another = TestDatabase.get().connect(url);
        another.setSchema(schema);
        return another;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String value(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    Catalog catalog() throws SQLException {
        return Catalog.read(Schemas.direct(connection), schema);
    }

    List<Difference> drift() throws SQLException {
        return Comparison.between(Catalog.expected(LAST), catalog());
    }

    /** Short, for exact lists: {@code HARMLESS EXTRA index threads my_index}. */
    List<String> shortDrift() throws SQLException {
        return drift().stream()
                .map(difference -> difference.severity() + " " + difference.change() + " " + difference.kind() + " "
                        + difference.table() + " " + difference.name())
                .toList();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private static List<Integer> versions() {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .map(name -> Integer.valueOf(name.substring(1, name.indexOf("__"))))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
