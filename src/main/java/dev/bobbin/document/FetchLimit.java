package dev.bobbin.document;

/**
 * How much a statement may return.
 *
 * @param fetch the most bytes of documents; of larger ones it returns only the size
 * @param page the most bytes of documents in a page, unless its first one is larger
 */
public record FetchLimit(long fetch, long page) {}
