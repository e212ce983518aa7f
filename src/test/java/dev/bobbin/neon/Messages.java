package dev.bobbin.neon;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Cuts a stream of the Postgres protocol, version 3, into its messages; one for each direction of a connection. */
final class Messages {

    /** A message with its type and its length in front. */
    record Message(Buffer bytes) {

        char type() {
            return (char) bytes.getByte(0);
        }

        /** The zero-terminated string that begins here. */
        String text(int from) {
            int to = from;
            while (bytes.getByte(to) != 0) {
                to++;
            }
            return bytes.getString(from, to, StandardCharsets.UTF_8.name());
        }

        /** Where the field behind the string that begins here begins. */
        int after(int from) {
            int to = from;
            while (bytes.getByte(to) != 0) {
                to++;
            }
            return to + 1;
        }

        boolean isAuthenticationOk() {
            return type() == 'R' && bytes.getInt(5) == 0;
        }
    }

    private Buffer rest = Buffer.buffer();

    /** The messages that these bytes complete, in order. */
    List<Message> feed(Buffer more) {
        rest.appendBuffer(more);
        List<Message> complete = new ArrayList<>();
        int from = 0;
        while (rest.length() - from >= 5) {
            int to = from + 1 + rest.getInt(from + 1);
            if (to > rest.length()) {
                break;
            }
            complete.add(new Message(rest.getBuffer(from, to)));
            from = to;
        }
        if (from > 0) {
            rest = rest.getBuffer(from, rest.length());
        }
        return complete;
    }

    /** An ErrorResponse: an error of Neon's proxy, which is always XX000, or a FATAL of Postgres'. */
    static Buffer error(String sqlState, String message) {
        String severity = sqlState.equals("XX000") ? "ERROR" : "FATAL";
        Buffer fields = Buffer.buffer();
        for (String field : List.of("S" + severity, "V" + severity, "C" + sqlState, "M" + message)) {
            fields.appendString(field).appendByte((byte) 0);
        }
        fields.appendByte((byte) 0);
        return Buffer.buffer("E").appendInt(4 + fields.length()).appendBuffer(fields);
    }
}
