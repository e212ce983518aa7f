package dev.bobbin.command;

/** What a command found. A record, whose components are the members of its JSON document. */
interface Report {

    /** One of {@link ExitCode}'s; a component of every report. */
    int exitCode();

    /** For people. */
    void print(TextPrinter text);
}
