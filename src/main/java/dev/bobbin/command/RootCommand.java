package dev.bobbin.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.config.spi.ConfigSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** What stands before all commands. */
@Command(
        name = "bobbin",
        description = {
            "Stores ChatKit threads in Postgres and serves them over REST.",
            "Without arguments it starts the service.",
            "",
            "'bobbin' stands for 'java -jar quarkus-run.jar', or for the native binary."
        },
        versionProvider = RootCommand.Version.class,
        subcommands = DbCommand.class)
final class RootCommand extends CommandGroup {

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version, and end.")
    private boolean version;

    private final List<ConfigSource> environment;

    RootCommand(List<ConfigSource> environment) {
        super("Name a command");
        this.environment = environment;
    }

    Settings settings() {
        return Settings.load(environment);
    }

    /** Written into the artifact when it was built. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            try (InputStream text = RootCommand.class.getResourceAsStream("/bobbin-version.txt")) {
                return new String[] {
                    text == null ? "unknown" : new String(text.readAllBytes(), StandardCharsets.UTF_8).strip()
                };
            } catch (IOException e) {
                throw new CommandLine.ExecutionException(new CommandLine(this), "the version cannot be read", e);
            }
        }
    }
}
