package dev.bobbin.schema;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where tables differ from what the migrations make: the difference of two sets of facts.
 *
 * @param comparedVersion the one that the history says; without one 1, or the newest for tables that a migration made
 */
public record Drift(int comparedVersion, List<Difference> differences) {

    /** @throws SchemaException {@code REFUSED}, when there are no tables, or this build does not know their version */
    public static Drift of(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        return DirectConnection.ask(
                target,
                progress,
                connection -> of(connection, target, SchemaInspection.of(connection, target, migrations)));
    }

    static Drift of(DirectConnection connection, SchemaTarget target, SchemaInspection inspection) throws SQLException {
        Catalog actual = Catalog.read(connection, target.schema());
        int version = inspection.version();
        if (inspection.history() == null && !inspection.ours().isEmpty()) {
            version = HandMadeTables.areMigrated(actual) ? Migrations.newest(Migrations.ours()) : 1;
        }
        String where = "The " + target.where();
        if (version == 0) {
            throw SchemaException.refused(where + " has no tables of Bobbin's to compare; run `db migrate` first");
        }
        if (!Catalog.knows(version)) {
            throw SchemaException.refused(
                    where + " is at version " + version + ", which this build does not know; run the build that does");
        }
        List<Difference> differences = Comparison.between(Catalog.expected(target, version), actual);
        if (version == 1 && canBeAdopted(connection, inspection.state(), actual)) {
            // the next migration accepts all spellings of version 1
            differences = differences.stream().map(Difference::harmless).toList();
        }
        return new Drift(version, differences);
    }

    /** Without differences at a version that this build does not know. */
    static Drift from(DirectConnection connection, SchemaTarget target, int version) throws SQLException {
        if (!Catalog.knows(version)) {
            return new Drift(version, List.of());
        }
        Catalog actual = Catalog.read(connection, target.schema());
        return new Drift(version, Comparison.between(Catalog.expected(target, version), actual));
    }

    /** Rows are read once: a state that is not foreign has looked at tables of version 1 already. */
    private static boolean canBeAdopted(DirectConnection connection, SchemaState state, Catalog actual)
            throws SQLException {
        return state.condition() == SchemaState.Condition.FOREIGN
                ? HandMadeTables.obstacles(connection, actual).isEmpty()
                : state.refusal() == null;
    }

    public List<Difference> breaking() {
        return differences.stream().filter(Difference::isBreaking).toList();
    }
}
