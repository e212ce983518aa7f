package dev.bobbin.database.catalog;

import dev.bobbin.database.catalog.Difference.Change;
import dev.bobbin.database.catalog.Difference.Kind;
import dev.bobbin.database.catalog.Difference.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Compares those parts of a table that have a name and a definition, and may be there under another name. */
final class Parts {

    /** Names that the service reads from errors. */
    private static final Set<String> READ_FROM_ERRORS = Set.of("thread_items_thread_fkey");

    private Parts() {}

    /** @param ifExtra what it means to find it where it is not expected */
    record Part(Kind kind, String name, String definition, boolean valid, Severity ifExtra) {

        boolean isSameAs(Part other) {
            return kind == other.kind && definition.equals(other.definition);
        }
    }

    static List<Part> constraints(Table table) {
        return table.constraints().stream()
                .map(constraint -> new Part(
                        Kind.valueOf(constraint.kind().name()),
                        constraint.name(),
                        constraint.definition(),
                        constraint.validated(),
                        Severity.BREAKING))
                .toList();
    }

    static List<Part> indexes(Table table) {
        return table.indexes().stream()
                .map(index -> new Part(
                        Kind.INDEX,
                        index.name(),
                        (index.unique() ? "unique " : "") + index.definition(),
                        index.valid(),
                        index.unique() ? Severity.BREAKING : Severity.HARMLESS))
                .toList();
    }

    static List<Part> statistics(Table table) {
        return table.statistics().stream()
                .map(one -> new Part(Kind.STATISTICS, one.name(), one.definition(), true, Severity.HARMLESS))
                .toList();
    }

    static List<Part> triggers(Table table) {
        return table.triggers().stream()
                .map(name -> new Part(Kind.TRIGGER, name, name, true, Severity.HARMLESS))
                .toList();
    }

    /** Expected parts first, in their order, then those that are not expected. */
    static List<Difference> compare(String table, List<Part> expected, List<Part> actual) {
        List<Part> left = new ArrayList<>(actual);
        List<Part> open = new ArrayList<>();
        List<Difference> found = new ArrayList<>();
        for (Part part : expected) {
            Part same = take(left, other -> other.name.equals(part.name) && other.isSameAs(part));
            if (same == null) {
                open.add(part);
            } else if (!same.valid) {
                found.add(invalid(table, same));
            }
        }
        Set<String> names = new HashSet<>();
        expected.forEach(part -> names.add(part.name));
        for (Part part : open) {
            // an index that is not valid is what a failed build left: it does not stand for ours
            Part renamed = take(
                    left,
                    other -> other.isSameAs(part)
                            && !names.contains(other.name)
                            && (other.valid || part.kind != Kind.INDEX));
            if (renamed != null) {
                found.add(renamed(table, part, renamed));
                if (!renamed.valid) {
                    found.add(invalid(table, renamed));
                }
                continue;
            }
            Part changed = take(left, other -> other.name.equals(part.name));
            if (changed == null && part.kind == Kind.PRIMARY_KEY) {
                changed = take(left, other -> other.kind == Kind.PRIMARY_KEY);
            }
            found.add(new Difference(
                    table,
                    part.kind,
                    part.name,
                    changed == null ? Change.MISSING : Change.CHANGED,
                    part.definition,
                    changed == null ? null : changed.definition,
                    Severity.BREAKING));
        }
        for (Part part : left) {
            found.add(new Difference(table, part.kind, part.name, Change.EXTRA, null, part.definition, part.ifExtra));
        }
        return found;
    }

    private static @Nullable Part take(List<Part> from, Predicate<Part> which) {
        for (Part part : from) {
            if (which.test(part)) {
                from.remove(part);
                return part;
            }
        }
        return null;
    }

    private static Difference renamed(String table, Part ours, Part theirs) {
        Severity severity = READ_FROM_ERRORS.contains(ours.name) ? Severity.BREAKING : Severity.HARMLESS;
        return new Difference(table, ours.kind, ours.name, Change.RENAMED, ours.name, theirs.name, severity);
    }

    private static Difference invalid(String table, Part part) {
        String mark = part.kind == Kind.INDEX ? " (invalid)" : " NOT VALID";
        return new Difference(
                table,
                part.kind,
                part.name,
                Change.INVALID,
                part.definition,
                part.definition + mark,
                Severity.BREAKING);
    }
}
