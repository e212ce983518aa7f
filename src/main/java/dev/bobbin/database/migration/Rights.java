package dev.bobbin.database.migration;

import static dev.bobbin.database.migration.SchemaException.Kind.REFUSED;

import dev.bobbin.database.catalog.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What a role must be allowed before it begins to migrate, so that it does not find out half way. */
final class Rights {

    private static final String ASK =
            """
            select current_user, current_setting('transaction_read_only')::boolean,
              case when n.oid is null then has_database_privilege(current_database(), 'create')
                else has_schema_privilege(n.oid, 'create') and has_schema_privilege(n.oid, 'usage') end
            from (select 1) one left join pg_namespace n on n.nspname = ?""";

    private Rights() {}

    /** @throws SchemaException {@code REFUSED}, when the database takes no changes, or none of this role's */
    static void demand(Connection connection, SchemaTarget target, Survey survey) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ASK)) {
            statement.setString(1, target.schema());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                if (result.getBoolean(2)) {
                    throw new SchemaException(
                            REFUSED,
                            target.url() + " is read-only: a replica, or set to default_transaction_read_only. Let"
                                    + " DATABASE_DIRECT_URL lead to the primary. Nothing was changed");
                }
                if (!result.getBoolean(3)) {
                    throw new SchemaException(REFUSED, lacking(result.getString(1), target, survey.schemaExists()));
                }
            }
        }
    }

    private static String lacking(String role, SchemaTarget target, boolean schemaExists) {
        return "The role " + role + " may not create " + (schemaExists ? "tables in the schema " : "the schema ")
                + target.schema() + " of " + target.url() + ": permission denied for schema " + target.schema()
                + ". Migrate as a role that may, by DATABASE_DIRECT_URL, or grant "
                + (schemaExists
                        ? "create, usage on schema " + Sql.quote(target.schema())
                        : "create on database " + Sql.quote(target.url().database()))
                + " to " + Sql.quote(role) + ". Nothing was changed";
    }
}
