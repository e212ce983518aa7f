package dev.bobbin;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests the name that a misspelt one stands for. */
public final class Spelling {

    private Spelling() {}

    /** The candidate with the smallest Levenshtein distance, if that is at most {@code maxChanges}. Ignores case. */
    public static Optional<String> nearest(String name, Collection<String> candidates, int maxChanges) {
        return candidates.stream()
                .filter(candidate -> changes(name, candidate) <= maxChanges)
                .min(Comparator.comparingInt(candidate -> changes(name, candidate)));
    }

    /** The Levenshtein distance, computed row by row. */
    private static int changes(String from, String to) {
        String a = from.toLowerCase(Locale.ROOT);
        String b = to.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
