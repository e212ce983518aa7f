package dev.bobbin.schema;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Migration tools, by the tables in which each keeps its history: such a table shows which service a database belongs to. */
final class OtherTools {

    private static final String TABLES =
            """
            Flyway: flyway_schema_history schema_version; Liquibase: databasechangelog databasechangeloglock;
            Alembic: alembic_version; Prisma: _prisma_migrations; Django: django_migrations; Rails: ar_internal_metadata;
            Rails, Ecto, dbmate or golang-migrate: schema_migrations; Knex: knex_migrations knex_migrations_lock;
            TypeORM or Laravel: migrations; Sequelize: sequelizemeta; node-pg-migrate: pgmigrations;
            Drizzle: __drizzle_migrations; Kysely: kysely_migration; MikroORM: mikro_orm_migrations;
            Entity Framework: __efmigrationshistory; goose: goose_db_version; Atlas: atlas_schema_revisions;
            Doctrine: doctrine_migration_versions; Phinx: phinxlog; SQLx: _sqlx_migrations;
            Diesel: __diesel_schema_migrations; Refinery: refinery_schema_history; yoyo: _yoyo_migration; Aerich: aerich""";

    private OtherTools() {}

    /** The tools that have their history among these tables, by name. */
    static List<String> in(Collection<String> tables) {
        List<String> names =
                tables.stream().map(table -> table.toLowerCase(Locale.ROOT)).toList();
        return Stream.of(TABLES.split(";\\s"))
                .map(tool -> tool.split(": "))
                .filter(tool -> Stream.of(tool[1].split(" ")).anyMatch(names::contains))
                .map(tool -> tool[0])
                .sorted()
                .toList();
    }
}
