package dev.bobbin.neon;

import dev.bobbin.neon.Messages.Message;
import java.util.HashMap;
import java.util.Map;

/** What a session is doing, as its messages tell: which statements, asked for and answered, in a transaction or not. */
final class Conversation {

    private static final char IDLE = 'I';

    private final Map<String, String> prepared = new HashMap<>();
    private final Map<String, String> portals = new HashMap<>();
    private long asked;
    private long answered;
    private long doomed;
    private boolean unsynced;
    private boolean waiting;
    private char status = IDLE;

    /** Takes a message of the client's. The SQL to execute if it is a statement, an Execute or a simple query, else null. */
    String sent(Message message) {
        unsynced = true;
        waiting |= message.type() != 'X';
        switch (message.type()) {
            case 'Q' -> {
                asked();
                return message.text(5);
            }
            case 'S', 'F' -> asked();
            case 'P' -> prepared.put(message.text(5), message.text(message.after(5)));
            case 'B' -> portals.put(message.text(5), prepared.getOrDefault(message.text(message.after(5)), ""));
            case 'C' -> (message.bytes().getByte(5) == 'S' ? prepared : portals).remove(message.text(6));
            case 'E' -> {
                return portals.getOrDefault(message.text(5), "");
            }
            default -> {
                // Describe, Flush, the data of a COPY
            }
        }
        return null;
    }

    /** The answer to the statement that was just sent will not be delivered. */
    void doom(Message statement) {
        // a simple query is answered by its own ReadyForQuery, an Execute by that of the Sync that is still to come
        doomed = statement.type() == 'Q' ? asked : asked + 1;
    }

    boolean isAnswerDoomed() {
        return doomed > 0 && answered + 1 == doomed;
    }

    /** Takes a ReadyForQuery of Postgres'. */
    void ready(Message message) {
        answered++;
        status = (char) message.bytes().getByte(5);
    }

    /** The first ReadyForQuery, which answers the login. */
    void opened() {
        answered = asked = 0;
        waiting = false;
    }

    /** Whether these bytes of an answer are the first that the client gets since it last sent something. */
    boolean completesRoundTrip() {
        boolean completes = waiting;
        waiting = false;
        return completes;
    }

    /** Whether Postgres works on something, or a transaction is open. */
    boolean isBusy() {
        return isRunning() || status != IDLE;
    }

    boolean isRunning() {
        return asked > answered || unsynced;
    }

    private void asked() {
        asked++;
        unsynced = false;
    }
}
