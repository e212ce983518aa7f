package dev.bobbin.schema;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One migration of the schema, as Flyway reads it.
 *
 * @param version the number behind the V of the file's name
 * @param file the name of the file, without a directory
 * @param description Flyway's: what is behind the {@code __}, with spaces
 * @param sql the text, with Flyway's placeholders as they are written
 */
public record Migration(int version, String file, String description, String sql) {

    private static final Pattern NAME = Pattern.compile("V([1-9][0-9]{0,8})__([A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)\\.sql");
    private static final Pattern DESTRUCTIVE =
            Pattern.compile("(?im)^--[ \\t]*destructive:[ \\t]*(\\S.*?)[ \\t]*\\r?$");

    /**
     * A migration of a file's name and text.
     *
     * @throws IllegalArgumentException when the name is not {@code V<n>__words_of_it.sql}
     */
    public static Migration of(String file, String sql) {
        Matcher name = NAME.matcher(file);
        if (!name.matches()) {
            throw new IllegalArgumentException(
                    file + " is no name of a migration. One is V7__words_that_say_what_it_does.sql");
        }
        return new Migration(
                Integer.parseInt(name.group(1)), file, name.group(2).replace('_', ' '), sql);
    }

    /**
     * Why this migration may hurt, from the line {@code -- destructive: reason} among the comments that the file begins
     * with; null where there is none.
     */
    public @Nullable String destructive() {
        Matcher header = DESTRUCTIVE.matcher(header());
        return header.find() ? header.group(1) : null;
    }

    /** Whether it can run in a transaction: all but what Postgres does concurrently. */
    public boolean transactional() {
        return new MigrationScript(sql).isTransactional();
    }

    /**
     * Whether a build that knows only the versions before can serve on the schema that this one leaves. The file's
     * description says so by its first word, {@code compatible}, since only the description stays in the history.
     */
    public boolean compatible() {
        return isCompatible(description);
    }

    /** {@link MigrationScript#notAdditive}, whatever its header says. */
    public List<String> notAdditive(Set<String> present) {
        return new MigrationScript(sql).notAdditive(present);
    }

    /** {@link #compatible()} of a description in a history, of a migration that this build does not have. */
    public static boolean isCompatible(String description) {
        return description.equals("compatible") || description.startsWith("compatible ");
    }

    /** Comments and empty lines before the first statement. */
    private String header() {
        StringBuilder header = new StringBuilder();
        for (String line : sql.lines().toList()) {
            if (!line.isBlank() && !line.startsWith("--")) {
                break;
            }
            header.append(line).append('\n');
        }
        return header.toString();
    }

    /** Whether the text has this word, such as the name of an index. */
    boolean names(String word) {
        return Pattern.compile("(?i)(?<![\\w$])" + Pattern.quote(word) + "(?![\\w$])")
                .matcher(sql)
                .find();
    }

    /** The text as it runs on a target, without Flyway's placeholders. */
    String sqlOn(SchemaTarget target) {
        String text = sql;
        for (var placeholder : FlywayFactory.placeholders(target).entrySet()) {
            text = text.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        return text;
    }

    /** What Flyway notes of the text: the CRC-32 of its lines without their ends. */
    int checksum() {
        CRC32 crc = new CRC32();
        sql.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }
}
