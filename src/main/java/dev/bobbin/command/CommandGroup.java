package dev.bobbin.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What does nothing by itself: one of its commands has to be named. */
abstract class CommandGroup implements Runnable {

    private final String request;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this, and end.")
    private boolean help;

    /** @param request what somebody is told who names none */
    CommandGroup(String request) {
        this.request = request;
    }

    @Override
    public final void run() {
        throw new ParameterException(spec.commandLine(), request);
    }
}
