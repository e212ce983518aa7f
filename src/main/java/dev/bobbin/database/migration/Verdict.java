package dev.bobbin.database.migration;

import java.util.List;

/** What a schema is, and so what may be done with it. */
public sealed interface Verdict {

    /** Nothing of ours and, unless it may be shared, of nobody else. */
    record Empty() implements Verdict {}

    /** Ours. {@code pending} is empty when it is up to date. */
    record Ours(int version, List<Migration> pending) implements Verdict {}

    /** The tables of version 1, made by hand: they can be taken over with their rows. */
    record MadeByHand() implements Verdict {}

    /** Tables with our names that are not version 1, one line for each difference. */
    record Unlike(List<String> differences) implements Verdict {}

    /** Another service lives here. */
    record Foreign(List<String> tables, List<String> tools) implements Verdict {}

    /** A newer build was here. {@code compatible} when this one can serve on what that left. */
    record Newer(int version, int newest, boolean compatible) implements Verdict {}

    /** A migration failed on the way, and left what it had done. */
    record Failed(History.Row migration) implements Verdict {}

    /** The history is ours, and tells of other migrations than this build has. */
    record Contradictory(List<String> contradictions) implements Verdict {}

    /** The migrations that would run now. */
    default List<Migration> pending(List<Migration> ours) {
        if (this instanceof Ours here) {
            return here.pending();
        }
        if (this instanceof Empty) {
            return ours;
        }
        return this instanceof MadeByHand ? Migrations.after(ours, 1) : List.of();
    }
}
