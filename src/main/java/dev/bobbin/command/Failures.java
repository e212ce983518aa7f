package dev.bobbin.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.bobbin.schema.SchemaException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** What is said when a command cannot do its work: one message, and a stack trace only where it is our own fault. */
final class Failures implements IExecutionExceptionHandler {

    /** The document instead of a command's own, where one was asked for. */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Failure(int exitCode, String error) implements Report {

        @Override
        public void print(TextPrinter text) {
            text.line(error);
        }
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult arguments) {
        PrintWriter err = command.getErr();
        int exitCode = ExitCode.FAILED;
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof SchemaException known) {
            exitCode = ExitCode.of(known.kind());
        } else if (failure instanceof Settings.Unusable) {
            exitCode = ExitCode.USAGE;
        } else {
            message = "Bobbin itself failed: " + failure;
            failure.printStackTrace(err);
        }
        err.println(Style.FAILURE.on(message, CommandLine.Help.Ansi.AUTO.enabled()));
        if (command.getCommand() instanceof DatabaseCommand asked && asked.isForMachines()) {
            JsonDocument.write(new Failure(exitCode, message), command.getOut());
        }
        return exitCode;
    }
}
