package dev.bobbin.command;

import dev.bobbin.database.connect.TlsPolicy;
import dev.bobbin.schema.Adoption;
import dev.bobbin.schema.DeployCheck;
import dev.bobbin.schema.Drift;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import dev.bobbin.schema.Migrator;
import dev.bobbin.schema.SchemaTarget;
import dev.bobbin.schema.ServerInfo;
import dev.bobbin.schema.Stats;
import dev.bobbin.schema.SyncStep;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The commands for a database. */
@Command(
        name = "db",
        header = "Look at the database, and change its schema.",
        description = "DATABASE_URL says which database, by the environment or a file .env, as for the service.",
        descriptionHeading = "%n",
        commandListHeading = "%nCommands:%n",
        subcommands = HelpCommand.class,
        footer = {"", "'db <command> --help' describes each command and its exit codes."})
final class DbCommand {

    private final List<ConfigSource> environment;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    DbCommand(List<ConfigSource> environment) {
        this.environment = environment;
    }

    /** The options of every command. */
    @Command(
            descriptionHeading = "%n",
            optionListHeading = "%nOptions:%n",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:fine",
                "1:failed, or refused before anything was changed",
                "2:wrong usage, or an unusable setting",
                "3:the database does not answer, or rejects the login",
                "4:(check) migrations are pending",
                "5:(check) migrations are pending, and one does more than add",
                "6:(check, drift, sync) tables differ from what the migrations create",
                "7:(check) the schema holds tables or a history of another service",
                "8:(check) the history has a failed migration, is newer, or lists other migrations"
            },
            sortOptions = false)
    static class Options {

        @Spec(Spec.Target.MIXEE)
        @SuppressWarnings("NullAway.Init")
        private CommandSpec command;

        @Option(names = "--json", order = 2, description = "Report as one JSON document, for machines.")
        private boolean json;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                order = 3,
                description = "Show this help and exit.")
        private boolean help;
    }

    /** The options of commands that change the database. */
    static final class ChangeOptions extends Options {

        @Option(names = "--dry-run", order = 1, description = "Print the SQL that would be run, and change nothing.")
        private boolean dryRun;
    }

    /** @param progress is told of each event, such as an attempt to connect that failed */
    private record Context(
            Settings settings, SchemaTarget target, List<Migration> migrations, Consumer<String> progress) {

        Migrator migrator() {
            return new Migrator(target, migrations, progress);
        }

        Drift drift() {
            return Drift.of(target, migrations, progress);
        }
    }

    private int run(Options options, Function<Context, Report> work) {
        PrintWriter out = options.command.commandLine().getOut();
        PrintWriter err = options.command.commandLine().getErr();
        Settings settings = Settings.load(environment);
        TlsPolicy.warning(settings.target().url()).ifPresent(err::println);
        Report report = work.apply(new Context(settings, settings.target(), Migrations.ours(), err::println));
        if (options.json) {
            out.println(report.json());
        } else {
            report.print(new TextPrinter(out, Ansi.AUTO));
        }
        return report.exitCode();
    }

    private int change(
            ChangeOptions options, Function<Migrator, List<Migrator.Part>> plan, Function<Migrator, Report> work) {
        return run(
                options,
                context -> options.dryRun
                        ? Reports.Script.of(plan.apply(context.migrator()))
                        : work.apply(context.migrator()));
    }

    @Command(
            name = "info",
            header = "Show where the database is, and the state of its schema.",
            description =
                    "Waits for a sleeping database as long as bobbin.migrate-timeout says, and reports how long it"
                            + " slept. Changes nothing.")
    int info(@Mixin Options options) {
        return run(options, context -> {
            ServerInfo server = ServerInfo.of(context.target, context.migrations, context.progress);
            return InfoReport.of(context.settings, context.migrations, server);
        });
    }

    @Command(
            name = "check",
            header = "Check before a deployment: pending migrations, and anything that prevents it.",
            description = "Finds migrations that do more than add, tables that differ from what the migrations create,"
                    + " and tables of another service. The highest exit code wins. Changes nothing.")
    int check(@Mixin Options options) {
        return run(options, context -> {
            DeployCheck check = DeployCheck.of(context.target, context.migrations, context.progress);
            Adoption adoption = check.inspection().isAdoptable()
                    ? Adoption.of(context.target, context.migrations, context.progress)
                    : null;
            return CheckReport.of(context.target, Migrations.newest(context.migrations), check, adoption);
        });
    }

    @Command(
            name = "migrate",
            header = "Bring the schema to this build's version.",
            description = "Does what a start of the service does. Tables made by hand are adopted with every row. What"
                    + " cannot be migrated safely is refused, and left as it was.")
    int migrate(@Mixin ChangeOptions options) {
        return change(options, Migrator::planMigration, migrator -> {
            long start = System.nanoTime();
            Migrator.Result result = migrator.migrate();
            return Reports.Migrated.of(result, (System.nanoTime() - start) / 1_000_000);
        });
    }

    @Command(
            name = "stamp",
            header = "Create a history for tables that have none.",
            description = "The history begins at the version of the tables. They must be of that version, and nothing"
                    + " else is changed.")
    int stamp(
            @Mixin ChangeOptions options,
            @Option(names = "--version", paramLabel = "<n>", description = "The version of the tables, if it is known.")
                    @Nullable
                    Integer version) {
        return change(
                options,
                migrator -> migrator.planStamp(version),
                migrator -> new Reports.Stamped(ExitCode.OK, false, migrator.stamp(version)));
    }

    @Command(
            name = "repair",
            header = "Bring the history in line with the schema.",
            description =
                    "Removes failed migrations from the history, and records the texts of this build's migrations. The"
                            + " next `migrate` or start of the service runs failed migrations again, and replaces indexes"
                            + " they left half-built. Changes no row. Remove the cause of a failure first.")
    int repair(@Mixin ChangeOptions options) {
        return change(
                options, Migrator::planRepair, migrator -> new Reports.Repaired(ExitCode.OK, false, migrator.repair()));
    }

    @Command(
            name = "drift",
            header = "List where the tables differ from what they should be.",
            description = "Compares them with what the migrations create, up to the version that the database has."
                    + " Harmless differences are listed too. Changes nothing.")
    int drift(@Mixin Options options) {
        return run(options, context -> Reports.Drifted.of(context.drift()));
    }

    @Command(
            name = "sync",
            header = "Add what is missing in the tables.",
            description =
                    "Adds what `db drift` shows to be missing. Drops, narrows and renames nothing: differences that"
                            + " only such a change could remove are listed, with what to do about them. Running it again does"
                            + " nothing.")
    int sync(@Mixin ChangeOptions options) {
        return run(options, context -> {
            Migrator migrator = context.migrator();
            List<SyncStep> steps = options.dryRun ? migrator.planSync() : migrator.sync();
            return Reports.Synchronized.of(options.dryRun, steps, context.drift());
        });
    }

    @Command(
            name = "stats",
            header = "Count threads, items, attachments and owners, and the space they take.",
            description =
                    "Threads, items by type, attachments, owners, the space they take, and the largest threads. The"
                            + " counts are exact and of one moment, so a large database is read as a whole. Changes nothing.")
    int stats(@Mixin Options options) {
        return run(options, context -> new Reports.Counted(ExitCode.OK, Stats.of(context.target, context.progress)));
    }
}
