package dev.bobbin.command;

import io.smallrye.config.DotEnvConfigSourceProvider;
import io.smallrye.config.EnvConfigSource;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.spi.ConfigSource;
import picocli.CommandLine;

/** The command line of the artifact. */
public final class Commands {

    private Commands() {}

    /**
     * Runs one command with the settings of this process: its report goes to the standard output, and all else to the error
     * stream. Turns off the logs of the process.
     *
     * @return the exit code, one of {@link ExitCode}'s
     */
    public static int run(String... args) {
        silenceLogs();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode = run(environment(), out, err, args);
        out.flush();
        err.flush();
        return exitCode;
    }

    /**
     * Runs one command.
     *
     * @param environment where settings are looked up, besides system properties and application.properties
     * @return the exit code, one of {@link ExitCode}'s
     */
    public static int run(List<ConfigSource> environment, PrintWriter out, PrintWriter err, String... args) {
        return commandLine(environment).setOut(out).setErr(err).execute(args);
    }

    /** The environment variables of this process, and {@code .env}. */
    static List<ConfigSource> environment() {
        List<ConfigSource> sources =
                new ArrayList<>(DotEnvConfigSourceProvider.dotEnvSources(Commands.class.getClassLoader()));
        sources.add(new EnvConfigSource(System.getenv(), EnvConfigSource.ORDINAL));
        return sources;
    }

    static CommandLine commandLine(List<ConfigSource> environment) {
        return new CommandLine(new RootCommand(environment))
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
