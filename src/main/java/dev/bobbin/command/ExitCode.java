package dev.bobbin.command;

import dev.bobbin.schema.SchemaException;

/** The exit codes of commands. Scripts rely on them: a code never changes its meaning. */
final class ExitCode {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;
    static final int PENDING = 4;
    static final int DESTRUCTIVE = 5;
    static final int DRIFT = 6;
    static final int FOREIGN = 7;
    static final int HISTORY = 8;
    static final int BYPASS = 9;

    private ExitCode() {}

    static int of(SchemaException.Kind failure) {
        return failure == SchemaException.Kind.UNREACHABLE ? UNREACHABLE : FAILED;
    }
}
