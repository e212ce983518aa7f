package dev.bobbin.schema;

import dev.bobbin.database.Sql;
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
 * @param file the name of the file, without a directory
 * @param description the words of the file's name after {@code __}
 */
public record Migration(int version, String file, String description, String sql) {

    private static final Pattern NAME = Pattern.compile("V([1-9][0-9]{0,8})__([A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)\\.sql");

    /** Among the comments that the file begins with. */
    private static final Pattern DESTRUCTIVE =
            Pattern.compile("(?i)(?:(?:--.*|[ \\t]*)\\R)*?--[ \\t]*destructive:[ \\t]*(\\S.*?)[ \\t]*(?:\\R|\\z)");

    /** @throws IllegalArgumentException when the file's name is not {@code V<n>__words_of_it.sql} */
    public static Migration of(String file, String sql) {
        Matcher name = NAME.matcher(file);
        if (!name.matches()) {
            throw new IllegalArgumentException(
                    file + " is no name of a migration. One is V7__words_that_say_what_it_does.sql");
        }
        return new Migration(
                Integer.parseInt(name.group(1)), file, name.group(2).replace('_', ' '), sql);
    }

    /** The reason in the header's line {@code -- destructive: reason}; null without such a line. */
    public @Nullable String destructive() {
        Matcher header = DESTRUCTIVE.matcher(sql);
        return header.lookingAt() ? header.group(1) : null;
    }

    /**
     * Whether a build that knows only earlier versions can serve on the schema that this one leaves. The first word of the
     * description says so, since only the description is in the history.
     */
    public static boolean isCompatible(String description) {
        return description.equals("compatible") || description.startsWith("compatible ");
    }

    /** {@link MigrationScript#notAdditive}, whatever the header says. */
    public List<String> notAdditive(Set<String> present) {
        return new MigrationScript(sql).notAdditive(present);
    }

    boolean isTransactional() {
        return new MigrationScript(sql).isTransactional();
    }

    /** What a session needs before it runs migrations: names without a schema are the target's. */
    static String settings(SchemaTarget target) {
        return "set search_path = " + Sql.quote(target.schema()) + "; select set_config('bobbin.adopting_owner', "
                + Sql.literal(target.adoptingOwner()) + ", false);";
    }

    /** Flyway's: the CRC-32 of the lines without their ends. */
    int checksum() {
        CRC32 crc = new CRC32();
        sql.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }
}
