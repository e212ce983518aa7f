package dev.bobbin.database.hazard;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One statement, without its semicolon. Places beyond its end hold a token that is nothing.
 *
 * @param inBlock whether it stands in a {@code do} block, where conditions can guard it
 */
record Statement(List<Token> tokens, boolean inBlock) {

    private static final Token NOTHING = new Token(Token.Kind.SYMBOL, "");

    Token at(int place) {
        return place >= 0 && place < tokens.size() ? tokens.get(place) : NOTHING;
    }

    int size() {
        return tokens.size();
    }

    /** Whether these words stand at the place, one after another. */
    boolean hasAt(int place, String... words) {
        return IntStream.range(0, words.length).allMatch(i -> at(place + i).is(words[i]));
    }

    boolean startsWith(String... words) {
        return hasAt(0, words);
    }

    /** Whether these words stand anywhere, one after another. */
    boolean has(String... words) {
        return find(0, words) >= 0;
    }

    /** The first place from there on of these words outside of parentheses that open behind it, or -1. */
    int findOutside(int from, String... words) {
        int depth = 0;
        for (int i = from; i < size(); i++) {
            if (depth == 0 && hasAt(i, words)) {
                return i;
            }
            depth += at(i).is("(") ? 1 : at(i).is(")") ? -1 : 0;
        }
        return -1;
    }

    int find(int from, String... words) {
        return IntStream.range(from, size())
                .filter(i -> hasAt(i, words))
                .findFirst()
                .orElse(-1);
    }

    boolean isConcurrent() {
        boolean index = startsWith("create", "index")
                || startsWith("create", "unique", "index")
                || startsWith("drop", "index")
                || startsWith("reindex");
        return index && has("concurrently");
    }

    /** The place behind the first of these phrases that stands at the place, or the place itself. */
    int skip(int place, String... phrases) {
        for (String phrase : phrases) {
            String[] words = phrase.split(" ");
            if (hasAt(place, words)) {
                return place + words.length;
            }
        }
        return place;
    }

    /** The parts between commas that stand in no parentheses, from one place to another. */
    List<Statement> parts(int from, int to) {
        List<Statement> parts = new ArrayList<>();
        int depth = 0;
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i == to || (depth == 0 && at(i).is(","))) {
                parts.add(new Statement(tokens.subList(start, i), inBlock));
                start = i + 1;
            } else {
                depth += at(i).is("(") ? 1 : at(i).is(")") ? -1 : 0;
            }
        }
        return parts;
    }

    /** Where the parenthesis at the place is closed, or the end. */
    int closing(int open) {
        int depth = 0;
        for (int i = open; i < size(); i++) {
            depth += at(i).is("(") ? 1 : at(i).is(")") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return size();
    }
}
