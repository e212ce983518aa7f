package dev.bobbin.search;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The words of a text, in every language: without case, accents and vowel points, and nothing stemmed. A character of a
 * script that is written without spaces, or that joins words, is a word by itself, and so is an emoji.
 */
final class Words {

    /** A word and where it stands in its text. */
    record Word(String folded, int start, int end) {}

    private Words() {}

    /** As a search reads a text: each word between spaces, so that part of it says where words begin and end. */
    static String folded(String text) {
        return of(composed(text)).stream().map(Word::folded).collect(Collectors.joining(" ", " ", " "));
    }

    /** The text with its letters in one piece, as most senders write them: macOS, for one, takes syllables of Korean apart. */
    static String composed(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    /** @param text {@link #composed} */
    static List<Word> of(String text) {
        List<Word> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = end(text, at);
            String folded = end > at ? fold(text.substring(at, end)) : "";
            if (!folded.isEmpty()) {
                words.add(new Word(folded, at, end));
            }
            at = end > at ? end : at + Character.charCount(text.codePointAt(at));
        }
        return words;
    }

    /** Where the word ends that begins here; {@code at} if none does. */
    private static int end(String text, int at) {
        int first = text.codePointAt(at);
        int end = at + Character.charCount(first);
        if (!isOfWord(first)) {
            return at;
        }
        boolean alone = standsAlone(first);
        while (end < text.length()) {
            int next = text.codePointAt(end);
            if (!continues(next) && (alone || !isOfWord(next) || standsAlone(next))) {
                break;
            }
            end += Character.charCount(next);
        }
        return end;
    }

    private static boolean isOfWord(int c) {
        return Character.isLetterOrDigit(c)
                || standsAlone(c)
                || Character.getType(c) == Character.OTHER_NUMBER
                || Character.getType(c) == Character.LETTER_NUMBER;
    }

    private static boolean standsAlone(int c) {
        if (Character.getType(c) == Character.OTHER_SYMBOL) {
            return true;
        }
        return Character.isLetter(c)
                && switch (Character.UnicodeScript.of(c)) {
                    case HAN, HIRAGANA, KATAKANA, BOPOMOFO, HANGUL, THAI, LAO, KHMER, MYANMAR, TIBETAN, YI -> true;
                    // the mark that lengthens a vowel, and the like
                    case COMMON ->
                        Character.UnicodeBlock.of(c) == Character.UnicodeBlock.KATAKANA
                                || Character.UnicodeBlock.of(c) == Character.UnicodeBlock.HALFWIDTH_AND_FULLWIDTH_FORMS;
                    default -> false;
                };
    }

    /** Marks, and what joins characters or chooses their form. */
    private static boolean continues(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT -> true;
            // skin tones
            case Character.MODIFIER_SYMBOL -> c >= 0x1F3FB && c <= 0x1F3FF;
            default -> false;
        };
    }

    private static String fold(String word) {
        if (isPlain(word)) {
            return word.toLowerCase(Locale.ROOT);
        }
        StringBuilder folded = new StringBuilder(word.length() + 4);
        Normalizer.normalize(word, Normalizer.Form.NFKD).codePoints().forEach(c -> {
            // by way of upper case, to which more characters are mapped
            int lower = Character.toLowerCase(Character.toUpperCase(c));
            switch (lower) {
                case 'ß', 'ẞ' -> folded.append("ss");
                case 'ı' -> folded.append('i');
                case 'ς' -> folded.append('σ');
                default -> {
                    if (!isLeftOut(lower)) {
                        folded.appendCodePoint(lower);
                    }
                }
            }
        });
        // what belongs to its character, as in Japanese and Korean, is part of it again
        String composed = Normalizer.normalize(folded, Normalizer.Form.NFC);
        // compatibility characters may hide spaces and punctuation
        return composed.codePoints()
                .filter(c -> isOfWord(c) || continues(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isPlain(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Accents of Latin, Greek and Cyrillic; vowel points of Arabic and Hebrew, and what stretches a word; joiners. */
    private static boolean isLeftOut(int c) {
        int type = Character.getType(c);
        return type == Character.FORMAT
                || c == 0x640
                || c >= 0xFE00 && c <= 0xFE0F
                || c >= 0x1F3FB && c <= 0x1F3FF
                || type == Character.ENCLOSING_MARK
                || type == Character.NON_SPACING_MARK
                        && (c >= 0x300 && c <= 0x36F
                                || c >= 0x483 && c <= 0x487
                                || c >= 0x591 && c <= 0x5C7
                                || c >= 0x610 && c <= 0x65F
                                || c == 0x670
                                || c >= 0x6D6 && c <= 0x6ED);
    }
}
