package dev.bobbin.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import picocli.CommandLine;

/** The command line of the artifact. */
public final class Commands {

    private Commands() {}

    /**
     * Runs one command: its report goes to the standard output, and all else to the error stream.
     *
     * @return the exit code, one of {@link ExitCode}'s
     */
    public static int run(String... args) {
        silenceLogs();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode = commandLine().setOut(out).setErr(err).execute(args);
        out.flush();
        err.flush();
        return exitCode;
    }

    static CommandLine commandLine() {
        return new CommandLine(new RootCommand())
                .setExecutionExceptionHandler(new Failures())
                .setUsageHelpAutoWidth(true);
    }

    /** What libraries log would stand in the middle of a report, or be kept by Quarkus for a start that never comes. */
    private static void silenceLogs() {
        Logger root = LogManager.getLogManager().getLogger("");
        if (root != null) {
            root.setLevel(Level.OFF);
        }
    }
}
