package dev.bobbin.document;

/** Ends a transaction whose document needs more memory than its {@link FetchLimit}; nothing was done. */
public final class DocumentTooLarge extends RuntimeException {

    private final long bytes;

    public DocumentTooLarge(long bytes) {
        super("a document of " + bytes + " bytes", null, false, false);
        this.bytes = bytes;
    }

    public long bytes() {
        return bytes;
    }
}
