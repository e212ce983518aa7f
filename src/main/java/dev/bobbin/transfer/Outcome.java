package dev.bobbin.transfer;

import java.util.Locale;

/** What became of a row of an import. */
public enum Outcome {
    CREATED,
    /** It was stored already, with these bytes; a thread also with this {@code archived}. */
    SAME,
    /**
     * It was not stored: its id has another document, or a thread of another kind. Or it is an item whose thread is not stored: a
     * thread may have been created or deleted during the export.
     */
    CONFLICTING,
    REPLACED;

    /** As the report and {@link ImportSql} name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one with this {@link #label}. */
    public static Outcome of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
