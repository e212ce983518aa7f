package dev.bobbin.database.catalog;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;

/** What a database holds that was empty and that Bobbin migrated, at each version of its schema. */
public final class ExpectedSchema {

    /** The names of all tables that Bobbin makes, its history of migrations apart. */
    public static final Set<String> TABLES = Set.of("threads", "thread_items", "attachments");

    private ExpectedSchema() {}

    /** Whether this build has such a version. */
    public static boolean knows(int version) {
        return ExpectedSchema.class.getResource(file(version)) != null;
    }

    /**
     * The catalog at a version, without the history of migrations. The name of its schema means nothing.
     *
     * @throws IllegalArgumentException for a version that this build does not know
     */
    public static Catalog at(int version) {
        try (InputStream snapshot = ExpectedSchema.class.getResourceAsStream(file(version))) {
            if (snapshot == null) {
                throw new IllegalArgumentException("no version " + version + " of the schema is known");
            }
            return new JsonMapper().readValue(snapshot, Catalog.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String file(int version) {
        return "/db/schema/V" + version + ".json";
    }
}
