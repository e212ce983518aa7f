package dev.bobbin.search;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A title or an item that matches.
 *
 * @param itemId null for a title
 * @param text the title's or the item's, as a person would read it
 */
record SearchHit(
        String threadId,
        @Nullable String title,
        @Nullable String itemId,
        @Nullable String type,
        SearchCursor place,
        String text) {

    static final Comparator<SearchHit> ORDER = Comparator.comparing(SearchHit::place, SearchCursor.ORDER);
}
