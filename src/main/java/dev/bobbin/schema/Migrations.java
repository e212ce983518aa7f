package dev.bobbin.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The migrations of this build, in the order of their versions. */
public final class Migrations {

    /** The directory on the class path that holds {@link #FILES}. */
    public static final String DIRECTORY = "db/migration";

    /** Written down, since a native image has no directories to look into. */
    static final List<String> FILES = List.of("V1__chatkit_tables_as_made_by_hand.sql", "V2__owners_and_documents.sql");

    private Migrations() {}

    public static List<Migration> ours() {
        return FILES.stream()
                .map(file -> Migration.of(file, read("/" + DIRECTORY + "/" + file)))
                .toList();
    }

    /** A text of the class path. */
    static String read(String path) {
        try (InputStream resource = Migrations.class.getResourceAsStream(path)) {
            if (resource == null) {
                throw new IllegalArgumentException(path + " is missing from the application");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last version of these; 0 when there is none. */
    public static int newest(List<Migration> migrations) {
        return migrations.isEmpty() ? 0 : migrations.get(migrations.size() - 1).version();
    }

    static List<Migration> after(List<Migration> migrations, int version) {
        return migrations.stream()
                .filter(migration -> migration.version() > version)
                .toList();
    }

    /** Those in a row that share a transaction, and single ones that cannot run in one. */
    static List<List<Migration>> groups(List<Migration> migrations) {
        List<List<Migration>> groups = new ArrayList<>();
        boolean together = false;
        for (Migration migration : migrations) {
            if (!together || !migration.isTransactional()) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(migration);
            together = migration.isTransactional();
        }
        return groups;
    }
}
