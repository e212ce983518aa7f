package dev.bobbin.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that works on a database and reports, to people or to machines. */
@Command(
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {ExitCode.OK_HELP, ExitCode.FAILED_HELP, ExitCode.USAGE_HELP, ExitCode.UNREACHABLE_HELP},
        descriptionHeading = "%n",
        sortOptions = false)
abstract class DatabaseCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Report as one JSON document, for machines.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this, and end.")
    private boolean help;

    /**
     * Does the work.
     *
     * @param progress gets a line for each thing that happens meanwhile
     */
    abstract Report work(Settings settings, Consumer<String> progress);

    @Override
    public final Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Settings settings = ((RootCommand) spec.root().userObject()).settings();
        settings.target().tls().warning().ifPresent(err::println);
        Report report = work(settings, err::println);
        if (json) {
            JsonDocument.write(report, out);
        } else {
            report.print(new TextPrinter(out, Ansi.AUTO.enabled()));
        }
        return report.exitCode();
    }

    final boolean isForMachines() {
        return json;
    }
}
