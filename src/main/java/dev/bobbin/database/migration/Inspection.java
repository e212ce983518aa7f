package dev.bobbin.database.migration;

import java.sql.SQLException;
import java.util.function.Consumer;

/** Asks a database something, once it answers. */
public final class Inspection {

    private Inspection() {}

    /** Reads, and changes nothing. */
    public interface Question<T> {
        T ask(DirectConnection connection) throws SQLException;
    }

    /**
     * The answer, over a connection of its own.
     *
     * @param news is told of each attempt to connect that failed
     * @throws SchemaException when the database cannot be reached, or does not answer the question
     */
    public static <T> T of(SchemaTarget target, Consumer<String> news, Question<T> question) {
        try (DirectConnection connection = DirectConnection.open(target, news)) {
            return question.ask(connection);
        } catch (SQLException failure) {
            throw SchemaException.whileReading(target, failure);
        }
    }
}
