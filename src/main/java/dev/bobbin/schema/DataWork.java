package dev.bobbin.schema;

import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Work on the rows of a schema that is at this build's version, over a direct connection. */
public final class DataWork {

    /** Milliseconds without an answer after which a step's connection is given up. */
    private static final int SILENCE = 300_000;

    private DataWork() {}

    /** A part of the work, and one transaction. It is done again if it was not committed. */
    public interface Step {

        /** Returns what is to be done after the commit; null if there was nothing left to do. */
        @Nullable
        Runnable on(DirectConnection connection) throws SQLException;
    }

    /**
     * Reads, as long as it takes.
     *
     * @param progress is told of each attempt that failed, in a line
     * @throws SchemaException when the database cannot be reached, or the work fails
     */
    public static <T> T read(SchemaTarget target, Consumer<String> progress, DirectConnection.Work<T> work) {
        return DirectConnection.ask(target, progress, connection -> {
            demandUpToDate(target, connection);
            return connection.unhurried(work);
        });
    }

    /** Repeats a step until nothing is left; parameters and failures are those of {@link #read}. */
    public static void steps(SchemaTarget target, Consumer<String> progress, Step step) {
        Retry retry = new Retry(target, progress);
        DirectConnection.ask(target, retry, connection -> {
            demandUpToDate(target, connection);
            connection.jdbc().setNetworkTimeout(Runnable::run, SILENCE);
            connection.jdbc().setAutoCommit(false);
            for (Runnable next = step.on(connection); next != null; next = step.on(connection)) {
                connection.jdbc().commit();
                next.run();
                retry.succeeded();
            }
            return target;
        });
    }

    private static void demandUpToDate(SchemaTarget target, DirectConnection connection) throws SQLException {
        SchemaInspection.of(connection, target, Migrations.ours()).demandUpToDate(target);
    }
}
