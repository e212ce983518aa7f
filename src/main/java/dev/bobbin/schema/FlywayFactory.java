package dev.bobbin.schema;

import dev.bobbin.database.connect.DriverOptions;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.resource.StringResource;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Sets Flyway up for a schema that exists, with a history. It searches no class path, so a native image works too. */
final class FlywayFactory {

    private FlywayFactory() {}

    /**
     * @param last the version to migrate to at most
     * @param lockTimeout milliseconds; 0 waits without limit
     */
    static Flyway create(SchemaTarget target, List<Migration> migrations, int last, int lockTimeout) {
        FluentConfiguration flyway = Flyway.configure(FlywayFactory.class.getClassLoader())
                .dataSource(DriverOptions.jdbc(new PGSimpleDataSource(), target.url()))
                .defaultSchema(target.schema())
                .table(History.TABLE)
                .locations(new String[0])
                .resourceProvider(new Scripts(migrations))
                .javaMigrationClassProvider(List::of)
                .cleanDisabled(true)
                .target(String.valueOf(last))
                // all pending versions come in one transaction
                .group(true)
                // MigrationLock is held, so a session that holds Flyway's lock will end
                .lockRetryCount(-1)
                .initSql(DirectConnection.settings(lockTimeout) + "; " + MigrationLock.share(target.schema()) + "; "
                        + Migration.settings(target))
                .placeholderReplacement(false);
        // a lock within a transaction would keep an index from being built concurrently
        flyway.getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return flyway.load();
    }

    private record Scripts(List<Migration> migrations) implements ResourceProvider {

        @Override
        public @Nullable LoadableResource getResource(String name) {
            return null; // a script's settings, which none of ours has
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return migrations.stream()
                    .filter(migration -> migration.file().startsWith(prefix))
                    .map(Scripts::resource)
                    .toList();
        }

        private static LoadableResource resource(Migration migration) {
            return new StringResource(migration.sql()) {

                @Override
                public String getFilename() {
                    return migration.file();
                }

                @Override
                public String getRelativePath() {
                    return migration.file();
                }
            };
        }
    }
}
