package dev.bobbin.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchQueryTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '~',
            value = {
                "hello wor|Hello, world|true",
                "wor hello|Hello, world|false",
                "hel wor|Hello, world|false",
                "\"hello world\"|Well, hello world!|true",
                "\"hello world\"|hello new world|false",
                "\"hello wor\"|hello world|false",
                "\"hello wor|hello world|true",
                "\"hello\" wor|hello world|true",
                "“hello world” x|hello world x-ray|true",
                "foo-bar|foo bar|true",
                "foo-bar|bar foo|false",
                "世界|你好世界|true",
                "界世|你好世界|false",
                "hello ?|hello|true",
            })
    void everyPartIsInTheTextAndTheLastWordMayBegin(String q, String text, boolean matches) {
        assertThat(SearchQuery.of(q).matches(Words.folded(text))).isEqualTo(matches);
    }

    @Test
    void aQueryHasOneTo200Characters() {
        assertThat(SearchQuery.of("👍".repeat(200)).parts()).hasSize(1);
        assertThatThrownBy(() -> SearchQuery.of("👍".repeat(201))).hasMessageContaining("1 to 200");
        assertThatThrownBy(() -> SearchQuery.of("")).hasMessageContaining("1 to 200");
        assertThatThrownBy(() -> SearchQuery.of(null)).hasMessageContaining("1 to 200");
        assertThat(SearchQuery.of("%_' \\ ;--").isEmpty()).isTrue();
    }

    @Test
    void titlesRankFirstThenWordsSideBySideThenHowMuchOfTheTextTheyAre() {
        SearchQuery query = SearchQuery.of("red fox");
        int title = query.rank(Words.folded("fox, red, and many other animals"), true);
        int adjacent = query.rank(Words.folded("a quick red fox jumps over all of the lazy dogs"), false);
        int whole = query.rank(Words.folded("fox red"), false);
        int little = query.rank(Words.folded("a fox is never red in the snow, or so it is said"), false);
        assertThat(title).isGreaterThan(adjacent);
        assertThat(adjacent).isGreaterThan(whole);
        assertThat(whole).isGreaterThan(little);
    }
}
