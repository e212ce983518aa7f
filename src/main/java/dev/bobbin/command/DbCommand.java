package dev.bobbin.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

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
final class DbCommand extends CommandGroup {

    DbCommand() {
        super("Name a command for the database");
    }
}
