package dev.bobbin.document;

/**
 * How much a statement may bring.
 *
 * @param fetch the most bytes of documents that the statement returns; of others it says only how large they are
 * @param page the most bytes of documents in a page, unless its first document is larger
 */
public record FetchLimit(long fetch, long page) {}
