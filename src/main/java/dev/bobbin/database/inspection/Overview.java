package dev.bobbin.database.inspection;

import dev.bobbin.database.migration.Inspection;
import dev.bobbin.database.migration.Migration;
import dev.bobbin.database.migration.SchemaTarget;
import dev.bobbin.database.migration.Survey;
import java.util.List;
import java.util.function.Consumer;

/** A server, and what stands in the schema there. */
public record Overview(Server server, Survey survey) {

    /**
     * Reads both.
     *
     * @param migrations those of this build
     * @throws dev.bobbin.database.migration.SchemaException when the database cannot be reached or asked
     */
    public static Overview of(SchemaTarget target, List<Migration> migrations, Consumer<String> news) {
        return Inspection.of(
                target,
                news,
                connection -> new Overview(Server.of(connection), Survey.of(connection.jdbc(), target, migrations)));
    }
}
