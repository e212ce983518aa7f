package dev.bobbin.database.migration;

import dev.bobbin.database.catalog.Catalog;
import dev.bobbin.database.catalog.CatalogReader;
import dev.bobbin.database.catalog.Difference;
import dev.bobbin.database.catalog.Drift;
import dev.bobbin.database.catalog.ExpectedSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Which version tables are that have no history. */
final class Stamp {

    private Stamp() {}

    /**
     * The newest version whose tables these are; 0 when they are none's. Of versions with the same tables, which differ in
     * what they did to rows, it is the first: to do that twice harms nothing.
     */
    static int version(Connection connection, SchemaTarget target, List<Migration> migrations) throws SQLException {
        for (int version = Migrations.newest(migrations); version > 0; version--) {
            if (differences(connection, target, version).isEmpty()) {
                Catalog tables = ExpectedSchema.at(version);
                while (version > 1 && ExpectedSchema.at(version - 1).equals(tables)) {
                    version--;
                }
                return version;
            }
        }
        return 0;
    }

    /** What keeps the tables from being that version, a line for each; empty when nothing does. */
    static List<String> differences(Connection connection, SchemaTarget target, int version) throws SQLException {
        if (version == 1) {
            return MadeByHand.differences(connection, target.schema());
        }
        return breaking(connection, target, version).stream()
                .map(Difference::describe)
                .toList();
    }

    /** Where the tables are not what the service needs at that version; none for a version that this build does not know. */
    static List<Difference> breaking(Connection connection, SchemaTarget target, int version) throws SQLException {
        if (!ExpectedSchema.knows(version)) {
            return List.of();
        }
        Catalog actual = CatalogReader.read(connection, target.schema(), ExpectedSchema.TABLES);
        return Drift.between(ExpectedSchema.at(version), actual).stream()
                .filter(Difference::breaks)
                .toList();
    }
}
