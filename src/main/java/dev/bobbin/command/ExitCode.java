package dev.bobbin.command;

import dev.bobbin.schema.SchemaException;

/** The numbers with which commands end. Scripts rely on them: none ever gets another meaning. */
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

    // as picocli's help takes them
    static final String OK_HELP = "0:fine";
    static final String FAILED_HELP = "1:failed, or refused; what was found is left as it was";
    static final String USAGE_HELP = "2:wrong usage, or a setting that cannot be used";
    static final String UNREACHABLE_HELP = "3:the database does not answer, or does not let us in";
    static final String PENDING_HELP = "4:migrations are pending";
    static final String DESTRUCTIVE_HELP = "5:migrations are pending, and one does more than add";
    static final String DRIFT_HELP = "6:tables are not as our migrations make them";
    static final String FOREIGN_HELP = "7:the schema holds tables or a history of another service";
    static final String HISTORY_HELP = "8:the history tells of a failed migration, a newer build, or other migrations";

    private ExitCode() {}

    static int of(SchemaException.Kind kind) {
        return switch (kind) {
            case UNREACHABLE -> UNREACHABLE;
            case REFUSED, FAILED -> FAILED;
        };
    }
}
