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
import java.util.Map;
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
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The commands for a database, whose options, headings and exit codes they inherit. */
@Command(
        name = "db",
        scope = ScopeType.INHERIT,
        header = "Inspect the database, change its schema, and work on what is stored.",
        description = "The database is that of DATABASE_URL, in the environment or a file .env, as for the service.",
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:fine",
            "1:failed, or refused before anything was changed",
            "2:wrong usage, or an invalid setting",
            "3:the database is unreachable, or rejects the login",
            "4:(check) migrations are pending",
            "5:(check) migrations are pending, at least one of them destructive",
            "6:(check, drift, sync) tables differ from what the migrations create",
            "7:(check) the schema has tables or a history of another service",
            "8:(check) the history has a failed migration, a newer version, or other migrations",
            "9:(check) the role of DATABASE_URL can bypass row-level security, which is configured"
        },
        subcommands = {
            HelpCommand.class,
            UsageCommand.class,
            PruneCommand.class,
            EraseCommand.class,
            ExportCommand.class,
            ImportCommand.class
        })
final class DbCommand {

    private static final String DRY_RUN = "Print the SQL that would be run, and change nothing.";

    private final List<ConfigSource> environment;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print one JSON document, for machines.")
    private boolean json;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Help help;

    DbCommand(List<ConfigSource> environment) {
        this.environment = environment;
    }

    /** Not inherited, since picocli's own help command has such an option. */
    static final class Help {

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help and exit.")
        private boolean requested;
    }

    /** @param err for events, such as a failed attempt to connect */
    record Context(Settings settings, SchemaTarget target, List<Migration> migrations, PrintWriter err, boolean json) {

        Consumer<String> progress() {
            return err::println;
        }

        ProgressLine line() {
            return new ProgressLine(err, ProgressLine.isTerminal());
        }

        Migrator migrator() {
            return new Migrator(target, migrations, progress());
        }

        Drift drift() {
            return Drift.of(target, migrations, progress());
        }
    }

    int run(Function<Context, Report> work) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Settings settings = Settings.load(environment);
        TlsPolicy.warning(settings.target().url()).ifPresent(err::println);
        Report report = work.apply(new Context(settings, settings.target(), Migrations.ours(), err, json));
        if (json) {
            out.println(report.json());
        } else {
            report.text().accept(new TextPrinter(out, Ansi.AUTO));
        }
        return report.exitCode();
    }

    private int change(boolean dryRun, Function<Migrator, List<Migrator.Part>> plan, Function<Migrator, Report> work) {
        return run(context ->
                dryRun ? ChangeReports.script(plan.apply(context.migrator())) : work.apply(context.migrator()));
    }

    @Command(
            header = "Show where the database is, and the state of its schema.",
            description =
                    "Waits for a sleeping database as long as bobbin.migrate-timeout says, and reports how long it"
                            + " slept. Changes nothing.")
    int info(@Mixin Help help) {
        return run(context -> {
            ServerInfo server = ServerInfo.of(context.target, context.migrations, context.progress());
            return InfoReport.of(context.settings, Migrations.newest(context.migrations), server);
        });
    }

    @Command(
            header = "Check before a deployment: pending migrations, and anything that prevents it.",
            description = "Finds destructive migrations, tables that differ from what the migrations create, and tables"
                    + " of another service. The highest exit code wins. Changes nothing.")
    int check(@Mixin Help help) {
        return run(context -> {
            DeployCheck check = DeployCheck.of(context.target, context.migrations, context.progress());
            Adoption adoption = check.inspection().isAdoptable()
                    ? Adoption.of(context.target, context.migrations, context.progress())
                    : null;
            return CheckReport.of(context.target, Migrations.newest(context.migrations), check, adoption);
        });
    }

    @Command(
            header = "Migrate the schema to this build's version.",
            description =
                    "Does what a start of the service does. Tables made by hand are adopted with every row. A schema"
                            + " that cannot be migrated safely is refused, and not changed.")
    int migrate(@Mixin Help help, @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun) {
        return change(dryRun, Migrator::planMigration, migrator -> {
            long start = System.nanoTime();
            Migrator.Result result = migrator.migrate();
            return ChangeReports.migrated(result, (System.nanoTime() - start) / 1_000_000);
        });
    }

    @Command(
            header = "Create a history for tables that have none.",
            description = "The history begins at the version of the tables. They must match that version, and nothing"
                    + " else is changed.")
    int stamp(
            @Mixin Help help,
            @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun,
            @Option(names = "--version", paramLabel = "<n>", description = "The version of the tables, if it is known.")
                    @Nullable
                    Integer version) {
        return change(dryRun, migrator -> migrator.planStamp(version), migrator -> {
            int stamped = migrator.stamp(version);
            return Report.of(
                    ExitCode.OK,
                    "The history begins at version " + stamped + ". Nothing else was changed.",
                    new Members().with("dry_run", false).with("schema_version", stamped));
        });
    }

    @Command(
            header = "Fix the history after a failed migration.",
            description = "Removes failed migrations from the history, and records the checksums of this build's"
                    + " migrations. The next `migrate` or start of the service repeats failed migrations, and replaces"
                    + " their invalid indexes. Changes no row. Remove the cause of a failure first.")
    int repair(@Mixin Help help, @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun) {
        return change(dryRun, Migrator::planRepair, migrator -> {
            List<String> statements = migrator.repair();
            String repaired = "The history matches the schema. `db migrate`, or the next start, continues.";
            return Report.of(
                    ExitCode.OK,
                    statements.isEmpty() ? "Nothing to repair." : repaired,
                    new Members().with("dry_run", false).with("statements", statements));
        });
    }

    @Command(
            header = "List where the tables differ from what they should be.",
            description = "Compares them with what the migrations create, up to the version of the database."
                    + " Harmless differences are listed too. Changes nothing.")
    int drift(@Mixin Help help) {
        return run(context -> {
            Drift drift = context.drift();
            boolean breaking = !drift.breaking().isEmpty();
            return Report.of(
                    breaking ? ExitCode.DRIFT : ExitCode.OK,
                    breaking
                            ? ChangeReports.DRIFTED
                            : "No drift: the tables are what version " + drift.comparedVersion() + " needs.",
                    new Members()
                            .with("compared_version", drift.comparedVersion())
                            .with("differences", drift.differences()));
        });
    }

    @Command(
            header = "Add what the tables lack.",
            description = "Adds what `db drift` lists as missing. Drops, narrows and renames nothing: differences that"
                    + " need such a change are listed, with a remedy. Running it again does nothing.")
    int sync(@Mixin Help help, @Option(names = "--dry-run", description = DRY_RUN) boolean dryRun) {
        return run(context -> {
            Migrator migrator = context.migrator();
            List<SyncStep> steps = dryRun ? migrator.planSync() : migrator.sync();
            return ChangeReports.synced(dryRun, steps, context.drift());
        });
    }

    @Command(
            header = "Count threads, items, attachments and owners, and their space.",
            description =
                    "Threads, items by type, attachments, owners, the space they take, and the largest threads. The"
                            + " counts are exact and of one moment, so the whole database is read. Changes nothing.")
    int stats(@Mixin Help help) {
        return run(context -> {
            Map<String, Object> stats = Stats.of(context.target, context.progress());
            return new Report(
                    ExitCode.OK,
                    new Members().withAll(stats),
                    text -> text.section("Stored in schema " + stats.get("schema"), stats));
        });
    }
}
