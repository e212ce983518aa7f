package dev.bobbin.command;

import dev.bobbin.StartupException;
import dev.bobbin.transfer.Counts;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        header = "Write all that a user, a tenant or everyone has stored to a file.",
        description = "As lines of JSON, with documents byte for byte, which `db import` and POST /v1/import read. Each"
                + " owner's begin with a header and finish with an end. The file has the ending .part until it is"
                + " complete: if the command is interrupted, running it again goes on there. Changes nothing in"
                + " the database.")
final class ExportCommand extends DataCommand {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private OwnerOptions options;

    @Option(
            names = "--file",
            paramLabel = "<file>",
            defaultValue = "-",
            description = "The file to write, or - for standard output, which is what it is unless given.")
    @SuppressWarnings("NullAway.Init")
    private Path path;

    @Override
    Report run(DbCommand.Context context) {
        Owners owners = options.owners();
        if (path.toString().equals("-")) {
            return toStandardOutput(context, owners);
        }
        try (ExportFile file = ExportFile.open(path)) {
            ExportFile.Written written = file.written();
            if (written != null && !owners.contain(written.owner().id())) {
                throw new StartupException(
                        path + ".part is the export of other owners. Delete it, or name another file with --file");
            }
            Counts counts = export(context, owners, file.out(), written);
            file.complete();
            return Report.of(
                    ExitCode.OK,
                    TextPrinter.counts(counts) + " written to " + path
                            + (written == null ? "." : ", after those of before."),
                    new Members()
                            .with("file", path.toString())
                            .with("resumed", written != null)
                            .withAll(counts));
        }
    }

    private Report toStandardOutput(DbCommand.Context context, Owners owners) {
        if (context.json()) {
            throw new StartupException("--json needs --file, since standard output has the export");
        }
        try (OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16)) {
            Counts counts = export(context, owners, out, null);
            out.flush();
            context.err().println(TextPrinter.counts(counts) + " written.");
            return new Report(ExitCode.OK, new Members(), text -> {});
        } catch (IOException closed) {
            throw new DataFailure("Standard output cannot be written: " + closed.getMessage(), closed);
        }
    }

    private static Counts export(
            DbCommand.Context context, Owners owners, OutputStream out, ExportFile.@Nullable Written written) {
        try (ProgressLine line = context.line()) {
            return new DirectExportStore(context.target(), owners, out, written)
                    .export(line::event, counts -> line.show(TextPrinter.counts(counts) + " written"));
        }
    }
}
