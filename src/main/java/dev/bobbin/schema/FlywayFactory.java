package dev.bobbin.schema;

import dev.bobbin.database.Sql;
import java.io.Reader;
import java.io.StringReader;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;

/**
 * Sets Flyway up for a schema. It finds our migrations without looking for them, which works in a native image too, and
 * cannot clean.
 */
final class FlywayFactory {

    private FlywayFactory() {}

    /**
     * @param migrations those of this build
     * @param sessions where it gets its connections
     * @param last the version to migrate to at most
     * @param lockTimeout milliseconds; 0 waits for locks without an end
     */
    static Flyway create(
            SchemaTarget target, List<Migration> migrations, Sessions sessions, int last, int lockTimeout) {
        FluentConfiguration flyway = Flyway.configure(FlywayFactory.class.getClassLoader())
                .dataSource(sessions)
                .schemas(target.schema())
                .defaultSchema(target.schema())
                .createSchemas(true)
                .table(History.TABLE)
                .locations(new String[0])
                .failOnMissingLocations(false)
                .resourceProvider(new Resources(migrations))
                .javaMigrationClassProvider(List::of)
                .cleanDisabled(true)
                .target(String.valueOf(last))
                // all pending versions come in one transaction: a database is moved whole, or not at all
                .group(true)
                // what may be there besides was looked at before
                .baselineOnMigrate(true)
                .baselineVersion("0")
                // MigrationLock is held: who holds Flyway's was cut off from it, and its session will end
                .lockRetryCount(-1)
                // it sees this schema only, whoever else's tables have our names
                .initSql("set search_path = " + Sql.quote(target.schema()) + "; " + SessionSettings.sql(lockTimeout))
                .placeholders(placeholders(target));
        // a lock within a transaction would keep an index from being built concurrently
        flyway.getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return flyway.load();
    }

    static Map<String, String> placeholders(SchemaTarget target) {
        return Map.of("adopting_owner", target.adoptingOwner().replace("'", "''"));
    }

    private record Resources(List<Migration> migrations) implements ResourceProvider {

        @Override
        public @Nullable LoadableResource getResource(String name) {
            return migrations.stream()
                    .filter(migration -> migration.file().equals(name))
                    .map(Resource::new)
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return migrations.stream()
                    .filter(migration -> migration.file().startsWith(prefix))
                    .filter(migration -> List.of(suffixes).stream().anyMatch(migration.file()::endsWith))
                    .<LoadableResource>map(Resource::new)
                    .toList();
        }
    }

    private static final class Resource extends LoadableResource {

        private final Migration migration;

        Resource(Migration migration) {
            this.migration = migration;
        }

        @Override
        public Reader read() {
            return new StringReader(migration.sql());
        }

        @Override
        public String getAbsolutePath() {
            return migration.file();
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return migration.file();
        }

        @Override
        public String getFilename() {
            return migration.file();
        }

        @Override
        public String getRelativePath() {
            return migration.file();
        }
    }
}
