package dev.bobbin.command;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.bobbin.database.migration.Survey;
import dev.bobbin.database.migration.Verdict;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** What a schema is, as reports name it. */
@RegisterForReflection
enum SchemaState {
    EMPTY,
    UP_TO_DATE,
    PENDING,
    MADE_BY_HAND,
    UNLIKE,
    FOREIGN,
    NEWER,
    FAILED,
    CONTRADICTORY;

    static SchemaState of(Survey survey) {
        Verdict verdict = survey.verdict();
        if (verdict instanceof Verdict.Ours ours) {
            return ours.pending().isEmpty() ? UP_TO_DATE : PENDING;
        } else if (verdict instanceof Verdict.Empty) {
            return EMPTY;
        } else if (verdict instanceof Verdict.MadeByHand) {
            return MADE_BY_HAND;
        } else if (verdict instanceof Verdict.Unlike) {
            return UNLIKE;
        } else if (verdict instanceof Verdict.Foreign) {
            return FOREIGN;
        } else if (verdict instanceof Verdict.Newer) {
            return NEWER;
        }
        return verdict instanceof Verdict.Failed ? FAILED : CONTRADICTORY;
    }

    /** In a sentence of its own. */
    String words(int pending) {
        return switch (this) {
            case EMPTY -> "empty: `db migrate`, or the next start, makes the tables";
            case UP_TO_DATE -> "up to date";
            case PENDING -> Words.count(pending, "migration") + " pending: `db migrate`, or the next start, runs them";
            case MADE_BY_HAND ->
                "made by hand, as version 1: `db migrate`, or the next start, takes the tables over with every row";
            case UNLIKE -> "tables with our names that are not ours";
            case FOREIGN -> "another service's";
            case NEWER -> "newer than this build";
            case FAILED -> "a migration failed";
            case CONTRADICTORY -> "migrated by a build with other migrations";
        };
    }

    Style style() {
        return switch (this) {
            case UP_TO_DATE -> Style.GOOD;
            case EMPTY, PENDING, MADE_BY_HAND -> Style.ATTENTION;
            case UNLIKE, FOREIGN, NEWER, FAILED, CONTRADICTORY -> Style.FAILURE;
        };
    }

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
