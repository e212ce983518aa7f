package dev.bobbin.search;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.search.Words.Word;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is searched for: a text has to contain each of the parts.
 *
 * @param needles what a folded text has to contain, the longest first, since that is in the fewest texts
 */
public record SearchQuery(List<Part> parts, List<String> needles) {

    private static final int MAX_LENGTH = 200;
    private static final int TITLE = 1_000;
    private static final int SIDE_BY_SIDE = 100;
    private static final int SHARE = 99;

    private static final Pattern QUOTE = Pattern.compile("[\"\u201c\u201d\u201e\u00ab\u00bb]");
    private static final Pattern SPACE = Pattern.compile("[\\p{Z}\\p{Cc}]+");

    /**
     * Words that are next to each other.
     *
     * @param open whether the last word may be the beginning of one
     */
    record Part(List<String> words, boolean open) {

        /** What a text that contains this contains when {@link Words#folded}. */
        String needle() {
            return " " + String.join(" ", words) + (open ? "" : " ");
        }

        /** Whether it is in a text at this one of the text's words. */
        boolean isAt(List<Word> text, int at) {
            if (at + words.size() > text.size()) {
                return false;
            }
            int last = words.size() - 1;
            for (int i = 0; i <= last; i++) {
                String folded = text.get(at + i).folded();
                if (i == last && open ? !folded.startsWith(words.get(i)) : !folded.equals(words.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Reads {@code q}: words, and phrases in quotation marks, which may be left open at the end.
     *
     * @throws dev.bobbin.problem.ProblemException if it is missing, empty or too long
     */
    public static SearchQuery of(@Nullable String q) {
        if (q == null || q.isEmpty() || q.codePointCount(0, q.length()) > MAX_LENGTH) {
            throw INVALID_REQUEST.because("q must have 1 to " + MAX_LENGTH + " characters");
        }
        List<Part> parts = new ArrayList<>();
        String[] segments = QUOTE.split(Words.composed(q), -1);
        for (int i = 0; i < segments.length; i++) {
            boolean phrase = i % 2 == 1;
            boolean last = i == segments.length - 1;
            String[] pieces = phrase ? new String[] {segments[i]} : SPACE.split(segments[i], 0);
            for (int j = 0; j < pieces.length; j++) {
                List<String> words =
                        Words.of(pieces[j]).stream().map(Word::folded).toList();
                if (!words.isEmpty()) {
                    parts.add(new Part(words, last && j == pieces.length - 1));
                }
            }
        }
        return new SearchQuery(parts, needles(parts));
    }

    /** Without a word there is nothing to find. */
    boolean isEmpty() {
        return parts.isEmpty();
    }

    private static List<String> needles(List<Part> parts) {
        return parts.stream()
                .map(Part::needle)
                .distinct()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
    }

    /** All words next to each other. */
    String sideBySide() {
        List<String> words =
                parts.stream().flatMap(part -> part.words().stream()).toList();
        return new Part(words, parts.get(parts.size() - 1).open()).needle();
    }

    boolean matches(String folded) {
        return needles.stream().allMatch(folded::contains);
    }

    /** As {@link SearchStore} does it in SQL: titles first, then words side by side, then how much of the text the words are. */
    int rank(String folded, boolean title) {
        int before = utf8(folded);
        int without = utf8(folded.replace(needles.get(0), ""));
        return (title ? TITLE : 0)
                + (folded.contains(sideBySide()) ? SIDE_BY_SIDE : 0)
                + (before - without) * SHARE / before;
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
