package dev.bobbin.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** A command for the rows of owners, as a class of its own. */
abstract class DataCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private DbCommand db;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DbCommand.Help help;

    abstract Report run(DbCommand.Context context);

    @Override
    public final Integer call() {
        return db.run(this::run);
    }
}
