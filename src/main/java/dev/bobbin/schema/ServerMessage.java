package dev.bobbin.schema;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What Postgres or its driver says of a failure. */
final class ServerMessage {

    private ServerMessage() {}

    /** A failure on one line, without the server's words that hold rows or our own SQL. */
    static String oneLine(Throwable failure) {
        if (failure instanceof PSQLException e && e.getServerErrorMessage() != null) {
            ServerErrorMessage said = e.getServerErrorMessage();
            // the details of classes 22 and 23 repeat values of rows
            boolean hasRows = String.valueOf(e.getSQLState()).matches("2[23].*");
            return flat(said.getMessage()
                    + (hasRows || said.getDetail() == null ? "" : ". " + said.getDetail())
                    + (said.getHint() == null ? "" : " Hint: " + said.getHint()));
        }
        return flat(String.valueOf(failure.getMessage()));
    }

    /** All of it on one line, for operators, who need it to find the rows that a constraint rejects. */
    static String withRows(SQLException failure) {
        return flat(String.valueOf(failure.getMessage()));
    }

    private static String flat(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceFirst("\\.$", "");
    }
}
