package dev.bobbin.command;

import picocli.CommandLine.Option;

/** A command that changes the database, or only says how. */
abstract class ChangingCommand extends DatabaseCommand {

    /** After the options of the command itself. */
    private static final int LAST = 1;

    @Option(names = "--dry-run", order = LAST, description = "Print the SQL that would be run, and change nothing.")
    private boolean dryRun;

    final boolean isDryRun() {
        return dryRun;
    }
}
