package dev.bobbin.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** A line that says how far a command is, if standard error is a terminal, and events above it. */
final class ProgressLine implements AutoCloseable {

    private static final long PERIOD = 500_000_000;

    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean terminal;
    private long shownAt = System.nanoTime();
    private boolean shown;

    ProgressLine(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Standard output may be a file meanwhile, for which reason a console is not enough. */
    static boolean isTerminal() {
        try {
            String stream = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return stream.startsWith("/dev/pts/") || stream.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException noSuchFile) {
            return System.console() != null;
        }
    }

    /** Shows the text, unless another one was shown a moment ago. */
    void show(String text) {
        if (terminal && System.nanoTime() - shownAt > PERIOD) {
            err.print(CLEAR + text);
            err.flush();
            shownAt = System.nanoTime();
            shown = true;
        }
    }

    void event(String text) {
        close();
        err.println(text);
    }

    /** Removes the line. */
    @Override
    public void close() {
        if (shown) {
            err.print(CLEAR);
            err.flush();
            shown = false;
        }
    }
}
