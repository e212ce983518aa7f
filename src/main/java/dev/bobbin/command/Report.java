package dev.bobbin.command;

import java.util.function.Consumer;

/**
 * The result of a command.
 *
 * @param exitCode one of {@link ExitCode}'s
 * @param members of the JSON document, after the exit code
 */
record Report(int exitCode, Members members, Consumer<TextPrinter> text) {

    /** A report whose text is the lists and records among the members, and a verdict. */
    static Report of(int exitCode, String verdict, Members members) {
        return new Report(exitCode, members, text -> {
            text.sections(members);
            text.verdict(exitCode == ExitCode.OK, verdict);
        });
    }

    String json() {
        return new Members()
                .with("exit_code", exitCode)
                .withAll(members)
                .object()
                .toPrettyString();
    }
}
