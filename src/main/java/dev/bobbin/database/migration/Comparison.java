package dev.bobbin.database.migration;

import dev.bobbin.database.catalog.Catalog;
import dev.bobbin.database.catalog.CatalogReader;
import dev.bobbin.database.catalog.Difference;
import dev.bobbin.database.catalog.Drift;
import dev.bobbin.database.catalog.ExpectedSchema;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * What our tables are, beside what they should be.
 *
 * @param version the one they are compared with
 */
public record Comparison(int version, Catalog expected, Catalog actual, List<Difference> differences) {

    /** The same, over a connection of its own. */
    public static Comparison of(SchemaTarget target, List<Migration> migrations, Consumer<String> news) {
        return Inspection.of(
                target, news, connection -> of(connection, target, Survey.of(connection.jdbc(), target, migrations)));
    }

    /**
     * Compares with the version that the history tells; tables without a history with version 1.
     *
     * @throws SchemaException {@code REFUSED}, when there are no tables, or their version is none of this build's
     */
    public static Comparison of(DirectConnection connection, SchemaTarget target, Survey survey) throws SQLException {
        History history = survey.history();
        int version = history != null ? history.version() : survey.ours().isEmpty() ? 0 : 1;
        if (!ExpectedSchema.knows(version)) {
            throw new SchemaException(SchemaException.Kind.REFUSED, unknown(target, version));
        }
        Catalog expected = ExpectedSchema.at(version);
        Catalog actual = CatalogReader.read(connection.jdbc(), target.schema(), ExpectedSchema.TABLES);
        List<Difference> differences = Drift.between(expected, actual);
        boolean spelledAnotherWay = version == 1
                && MadeByHand.differences(connection.jdbc(), target.schema()).isEmpty();
        return new Comparison(
                version,
                expected,
                actual,
                spelledAnotherWay
                        ? differences.stream().map(Comparison::harmless).toList()
                        : differences);
    }

    /** Those with which the service cannot do as it should. */
    public List<Difference> breaking() {
        return differences.stream().filter(Difference::breaks).toList();
    }

    private static String unknown(SchemaTarget target, int version) {
        String where = "The " + target.where();
        return version == 0
                ? where + " has no tables of Bobbin's to compare; run `db migrate` first"
                : where + " is at version " + version + ", which this build does not know; run the build that does";
    }

    /** Of version 1 the next migration makes what is needed, whatever way its tables were spelled. */
    private static Difference harmless(Difference difference) {
        return new Difference(
                difference.table(),
                difference.kind(),
                difference.name(),
                difference.change(),
                difference.expected(),
                difference.actual(),
                Difference.Severity.HARMLESS);
    }
}
