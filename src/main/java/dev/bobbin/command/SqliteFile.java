package dev.bobbin.command;

import dev.bobbin.document.Json;
import dev.bobbin.document.JsonValue;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of the SQLite store of ChatKit's samples, read by the program {@code sqlite3}: a driver would be 14 MB of native code in
 * every image, for a file that is read once.
 */
final class SqliteFile {

    /** A line for each row, user by user, threads before their items. */
    private static final String ROWS =
            """
            select line from (
              select user_id, 0 part, '' thread_id, created_at, rowid nr,
                json_object('user', user_id, 'type', 'thread', 'id', id, 'created_at', created_at, 'data', data) line
              from threads
              union all
              select user_id, 1, thread_id, created_at, rowid,
                json_object('user', user_id, 'type', 'item', 'id', id, 'thread_id', thread_id, 'created_at', created_at,
                  'data', data)
              from items
              union all
              select user_id, 2, '', '', rowid, json_object('user', user_id, 'type', 'attachment', 'id', id, 'data', data)
              from files)
            order by user_id, part, thread_id, julianday(created_at), nr""";

    private String user = "";

    /** The rows of the file. The end fails if not all could be read. */
    static InputStream open(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("no such file, or no right to read it; --from chatkit-sqlite needs --file");
        }
        Process sqlite;
        try {
            sqlite = new ProcessBuilder("sqlite3", "-readonly", "-batch", file.toString(), ROWS)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException missing) {
            throw new DataFailure(
                    "The program sqlite3 is needed to read " + file
                            + ", and cannot be run. Install it, or run the command" + " where it is",
                    missing);
        }
        return new FilterInputStream(sqlite.getInputStream()) {
            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                int read = super.read(bytes, from, length);
                if (read < 0 && exitCode(sqlite) != 0) {
                    throw new IOException("sqlite3 could not read the file: is it of ChatKit's sample store?");
                }
                return read;
            }

            @Override
            public void close() throws IOException {
                super.close();
                sqlite.destroy();
            }
        };
    }

    private static int exitCode(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** A header for another user than before, and the line of an export for the row. Its column has the document within an object. */
    List<String> lines(String row) {
        JsonValue values = JsonValue.readAround(row);
        StringBuilder line = new StringBuilder("{");
        List<String> lines = new ArrayList<>();
        values.forEachMember((name, value) -> {
            String member = String.valueOf(name.string());
            if (member.equals("user")) {
                if (!user.equals(value.json())) {
                    lines.add("{\"bobbin_export\":1,\"user\":" + value.json() + "}");
                }
                user = value.json();
            } else if (!member.equals("data")) {
                line.append(name.json()).append(':').append(value.json()).append(',');
            } else {
                String[] document = {String.valueOf(value.string())};
                JsonValue.read(document[0]).forEachMember((type, inner) -> document[0] = inner.json());
                line.append("\"text\":");
                Json.quote(document[0], line);
            }
        });
        lines.add(line.append('}').toString());
        return lines;
    }
}
