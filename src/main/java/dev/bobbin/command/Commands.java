package dev.bobbin.command;

import dev.bobbin.StartupException;
import dev.bobbin.schema.SchemaException;
import io.smallrye.config.DotEnvConfigSourceProvider;
import io.smallrye.config.EnvConfigSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.spi.ConfigSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/** The command line of the artifact. */
@Command(
        name = "bobbin",
        description = {
            "Stores ChatKit threads in Postgres and serves them over REST.",
            "Without arguments it starts the service.",
            "",
            "'bobbin' stands for 'java -jar quarkus-run.jar', or for the native binary."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class)
public final class Commands {

    private Commands() {}

    /**
     * Runs one command with the settings of this process, and turns off the logs of the process.
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
     * @param environment the sources of settings besides system properties and application.properties
     * @param out for the report
     * @param err for everything else
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
        return new CommandLine(new Commands())
                .addSubcommand(new DbCommand(environment))
                .setExecutionExceptionHandler(Commands::failed)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
    }

    /** Log lines of libraries would appear in a report, or be kept by Quarkus for a start that never comes. */
    private static void silenceLogs() {
        Logger root = LogManager.getLogManager().getLogger("");
        if (root != null) {
            root.setLevel(Level.OFF);
        }
    }

    /** Prints one message, and the stack trace of an unexpected failure. */
    private static int failed(Exception failure, CommandLine command, ParseResult arguments) {
        PrintWriter err = command.getErr();
        int exitCode = ExitCode.FAILED;
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof SchemaException known) {
            exitCode = ExitCode.of(known.kind());
        } else if (failure instanceof StartupException) {
            exitCode = ExitCode.USAGE;
        } else if (!(failure instanceof DataFailure)) {
            message = "Unexpected failure of Bobbin: " + failure;
            failure.printStackTrace(err);
        }
        err.println(Ansi.AUTO.apply(message, List.of(Ansi.Style.fg_red)));
        if (command.getParseResult().hasMatchedOption("--json")) {
            command.getOut()
                    .println(Report.of(exitCode, message, new Members().with("error", message))
                            .json());
        }
        return exitCode;
    }

    /** Reads the version that the build wrote into the artifact. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() throws IOException {
            try (InputStream text = Commands.class.getResourceAsStream("/bobbin-version.txt")) {
                String version = text == null ? "unknown" : new String(text.readAllBytes(), StandardCharsets.UTF_8);
                return new String[] {version.strip()};
            }
        }
    }
}
