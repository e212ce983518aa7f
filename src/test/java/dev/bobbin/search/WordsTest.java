package dev.bobbin.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hello, World!|hello world",
                "Straße STRASSE straẞe|strasse strasse strasse",
                "İstanbul ISTANBUL ıstanbul istanbul|istanbul istanbul istanbul istanbul",
                "Café CAFÉ cafe|cafe cafe cafe",
                "Σίσυφος ΣΙΣΥΦΟΣ|σισυφοσ σισυφοσ",
                "Ёлка елка|елка елка",
                "你好，世界|你 好 世 界",
                "東京タワー|東 京 タ ワ ー",
                "がぎ|が ぎ",
                "한국어 검색|한 국 어 검 색",
                "สวัสดี|ส วั ส ดี",
                "مَرْحَبًا مرحبا مـرحبا|مرحبا مرحبا مرحبا",
                "שָׁלוֹם שלום|שלום שלום",
                "हिन्दी में|हिन्दी में",
                "a👍🏽b ❤️|a 👍 b ❤",
                "ｆｕｌｌ ﬁne|full fine",
                "don't foo_bar 100%|don t foo bar 100",
                "x²+y|x2 y",
                "co\u00adoperate zero\u200dwidth|cooperate zerowidth",
                "\u0301 - _ % ' ;|''",
            })
    void foldsWhatIsOneWordToAReader(String text, String words) {
        assertThat(Words.folded(text)).isEqualTo(" " + words + " ");
        // as macOS sends it
        assertThat(Words.folded(Normalizer.normalize(text, Normalizer.Form.NFD)))
                .isEqualTo(" " + words + " ");
    }

    @Test
    void wordsKnowWhereTheyStand() {
        String text = "…A\u0301rbol 👍🏽, 世";
        assertThat(Words.of(text).stream().map(word -> text.substring(word.start(), word.end())))
                .containsExactly("A\u0301rbol", "👍🏽", "世");
    }

    /** So that a folded text needs no escapes in a pattern. */
    @Test
    void noWordHasACharacterThatIsSpecialInAPattern() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (Character.getType(c) != Character.SURROGATE) {
                String folded = Words.folded(Character.toString(c));
                assertThat(folded.strip()).as("%X", c).doesNotContainPattern("[%_\\\\\\p{Cc} ]");
            }
        }
    }
}
