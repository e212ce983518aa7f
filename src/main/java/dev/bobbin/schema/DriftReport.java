package dev.bobbin.schema;

import java.util.List;
import java.util.function.Consumer;

/**
 * Where our tables differ from what they should be.
 *
 * @param comparedVersion the one that the history says; without one 1, or the newest for tables that a migration made
 */
public record DriftReport(int comparedVersion, List<Difference> differences) {

    /**
     * Reads it.
     *
     * @param migrations those of this build
     * @throws SchemaException {@code REFUSED}, when there are no tables, or their version is none of this build's
     */
    public static DriftReport of(SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {
        return DirectConnection.ask(target, progress, connection -> {
            SchemaInspection inspection = SchemaInspection.of(connection, target, migrations);
            Catalog actual = Catalog.read(connection.jdbc(), target.schema());
            return new DriftReport(inspection.comparedVersion(actual), inspection.drift(connection, target, actual));
        });
    }
}
