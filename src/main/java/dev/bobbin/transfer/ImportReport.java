package dev.bobbin.transfer;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What became of the rows of a stream. */
public final class ImportReport {

    private final Map<Outcome, Counts> counts = new EnumMap<>(Outcome.class);

    public void add(Section section, Outcome outcome) {
        counts.merge(outcome, Counts.of(section, 1), Counts::plus);
    }

    public Counts of(Outcome outcome) {
        return counts.getOrDefault(outcome, Counts.NONE);
    }

    /** The members of a JSON object, each with {@code threads}, {@code items} and {@code attachments}. */
    public String members() {
        return Stream.of(Outcome.values())
                .map(outcome -> '"' + outcome.label() + "\":{" + of(outcome).members() + '}')
                .collect(Collectors.joining(","));
    }
}
