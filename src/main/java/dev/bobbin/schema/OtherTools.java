package dev.bobbin.schema;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Migration tools, by the table in which each keeps its history: such a table shows which service a database belongs to. */
final class OtherTools {

    private static final Map<String, String> BY_TABLE = Map.ofEntries(
            Map.entry("flyway_schema_history", "Flyway"),
            Map.entry("schema_version", "Flyway"),
            Map.entry("alembic_version", "Alembic"),
            Map.entry("_prisma_migrations", "Prisma"),
            Map.entry("django_migrations", "Django"),
            Map.entry("ar_internal_metadata", "Rails"),
            Map.entry("schema_migrations", "Rails, Ecto, dbmate or golang-migrate"),
            Map.entry("knex_migrations", "Knex"),
            Map.entry("knex_migrations_lock", "Knex"),
            Map.entry("databasechangelog", "Liquibase"),
            Map.entry("databasechangeloglock", "Liquibase"),
            Map.entry("migrations", "TypeORM or Laravel"),
            Map.entry("sequelizemeta", "Sequelize"),
            Map.entry("pgmigrations", "node-pg-migrate"),
            Map.entry("__drizzle_migrations", "Drizzle"),
            Map.entry("kysely_migration", "Kysely"),
            Map.entry("mikro_orm_migrations", "MikroORM"),
            Map.entry("__efmigrationshistory", "Entity Framework"),
            Map.entry("goose_db_version", "goose"),
            Map.entry("atlas_schema_revisions", "Atlas"),
            Map.entry("doctrine_migration_versions", "Doctrine"),
            Map.entry("phinxlog", "Phinx"),
            Map.entry("_sqlx_migrations", "SQLx"),
            Map.entry("__diesel_schema_migrations", "Diesel"),
            Map.entry("refinery_schema_history", "Refinery"),
            Map.entry("_yoyo_migration", "yoyo"),
            Map.entry("aerich", "Aerich"));

    private OtherTools() {}

    /** The tools that have their history among these tables, by name. */
    static List<String> in(Collection<String> tables) {
        return tables.stream()
                .map(table -> BY_TABLE.get(table.toLowerCase(Locale.ROOT)))
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
    }
}
