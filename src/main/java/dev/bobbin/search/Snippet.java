package dev.bobbin.search;

import dev.bobbin.document.Json;
import dev.bobbin.search.Words.Word;
import java.util.Arrays;
import java.util.List;

/** The part of a text around the first match, with every match in it marked. */
final class Snippet {

    private static final int LENGTH = 160;

    /** Characters before the first match. */
    private static final int BEFORE = 40;

    private final String text;
    private final boolean[] matched;

    private Snippet(String text, boolean[] matched) {
        this.text = text;
        this.matched = matched;
    }

    /** Appends {@code [{"text":…,"match":…},…]}; the texts make up the snippet. */
    static void append(String stored, SearchQuery query, StringBuilder json) {
        String text = Words.composed(stored);
        List<Word> words = Words.of(text);
        boolean[] matched = new boolean[text.length()];
        int first = -1;
        for (int at = 0; at < words.size(); at++) {
            for (SearchQuery.Part part : query.parts()) {
                if (part.isAt(words, at)) {
                    int begin = words.get(at).start();
                    first = first < 0 ? begin : first;
                    int end = words.get(at + part.words().size() - 1).end();
                    Arrays.fill(matched, begin, end, true);
                }
            }
        }
        new Snippet(text, matched).append(begin(text, Math.max(first, 0), words), json);
    }

    /** The beginning of a word, a little before the match. */
    private static int begin(String text, int match, List<Word> words) {
        int earliest = text.offsetByCodePoints(match, -Math.min(BEFORE, text.codePointCount(0, match)));
        return earliest == 0
                ? 0
                : words.stream()
                        .mapToInt(Word::start)
                        .filter(start -> start >= earliest && start <= match)
                        .findFirst()
                        .orElse(match);
    }

    private void append(int begin, StringBuilder json) {
        int end = text.offsetByCodePoints(begin, Math.min(LENGTH, text.codePointCount(begin, text.length())));
        json.append('[');
        int at = begin;
        while (at < end) {
            int next = at + 1;
            while (next < end && matched[next] == matched[at]) {
                next++;
            }
            String part = readable(text.substring(at, next));
            if (!matched[at]) {
                part = (at == begin && begin > 0 ? "\u2026" : "") + part;
            } else if (at == begin && begin > 0) {
                append("\u2026", false, json);
            }
            boolean cut = next == end && end < text.length();
            append(cut && !matched[at] ? part + "\u2026" : part, matched[at], json);
            if (cut && matched[at]) {
                append("\u2026", false, json);
            }
            at = next;
        }
        json.append(']');
    }

    private static void append(String part, boolean match, StringBuilder json) {
        json.append(json.charAt(json.length() - 1) == '[' ? "" : ",").append("{\"text\":");
        Json.quote(part, json);
        json.append(",\"match\":").append(match).append('}');
    }

    /** On one line. */
    private static String readable(String part) {
        return part.replaceAll("[\\p{Cc}\u2028\u2029]", " ");
    }
}
