package dev.bobbin.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where migrations come from. Every list is in the order of the versions. */
public final class Migrations {

    /** The directory on the class path that holds {@link #FILES}. */
    public static final String DIRECTORY = "db/migration";

    /** Written down, since a native image has no directories to look into. */
    static final List<String> FILES = List.of("V1__chatkit_tables_as_made_by_hand.sql", "V2__owners_and_documents.sql");

    private Migrations() {}

    /** The migrations of this build. */
    public static List<Migration> ours() {
        return FILES.stream()
                .map(file -> Migration.of(file, resource(DIRECTORY + "/" + file)))
                .toList();
    }

    /**
     * The {@code .sql} files of a directory, read now.
     *
     * @throws IllegalArgumentException when a name is not a migration's, or two have one version
     * @throws UncheckedIOException when the directory or a file cannot be read
     */
    public static List<Migration> of(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return of(files.filter(file -> file.toString().endsWith(".sql")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same of files, in any order. */
    public static List<Migration> of(List<Path> files) {
        List<Migration> migrations = new ArrayList<>();
        for (Path file : files) {
            try {
                migrations.add(Migration.of(String.valueOf(file.getFileName()), Files.readString(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        migrations.sort(Comparator.comparingInt(Migration::version));
        for (int i = 1; i < migrations.size(); i++) {
            if (migrations.get(i).version() == migrations.get(i - 1).version()) {
                throw new IllegalArgumentException(migrations.get(i - 1).file() + " and "
                        + migrations.get(i).file() + " have one version");
            }
        }
        return List.copyOf(migrations);
    }

    private static String resource(String path) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        // a thread of a pool may have a loader that knows nothing of the application, or none
        try (InputStream own = Migrations.class.getClassLoader().getResourceAsStream(path);
                InputStream other = own == null && context != null ? context.getResourceAsStream(path) : null) {
            InputStream found = own == null ? other : own;
            if (found == null) {
                throw new IllegalStateException(path + " is missing from the application");
            }
            return new String(found.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last version of these. */
    public static int newest(List<Migration> migrations) {
        return migrations.isEmpty() ? 0 : migrations.get(migrations.size() - 1).version();
    }

    /** Those behind a version. */
    static List<Migration> after(List<Migration> migrations, int version) {
        return migrations.stream()
                .filter(migration -> migration.version() > version)
                .toList();
    }
}
