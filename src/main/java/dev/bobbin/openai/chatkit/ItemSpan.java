package dev.bobbin.openai.chatkit;

import dev.bobbin.page.Order;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which items of a thread are read.
 *
 * @param types those that the answer has; pages of what is left of all types would be short, and end a client's paging
 * @param rows how many at most
 * @param after the item that the page begins after, by the first of these ids that there is; empty for the first page
 * @param inclusive whether that item is read too
 * @param before where the page ends at the latest; null for the end of the list
 */
record ItemSpan(
        List<String> types, Order order, int rows, List<String> after, boolean inclusive, @Nullable String before) {}
