package dev.bobbin.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands for a database. */
@Command(
        name = "db",
        header = "Look at the database, and change its schema.",
        descriptionHeading = "%n",
        commandListHeading = "%nCommands:%n",
        description = {"DATABASE_URL says which database, by the environment or a file .env, as for the service."},
        subcommands = {
            InfoCommand.class,
            CheckCommand.class,
            MigrateCommand.class,
            StampCommand.class,
            RepairCommand.class,
            DriftCommand.class,
            SyncCommand.class,
            StatsCommand.class,
            HelpCommand.class
        },
        footer = {"", "'db <command> --help' tells more of each, and its exit codes."})
final class DbCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this, and end.")
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command for the database");
    }
}
