package dev.bobbin.transfer;

import java.util.Locale;

/** The parts of an export, in their order. */
public enum Section {
    /** By kind, {@code created_at} and {@code seq}. */
    THREAD,
    /** By thread, {@code created_at} and {@code seq}. */
    ITEM,
    /** By {@code created_at} and {@code seq}. */
    ATTACHMENT;

    /** The {@code type} of its lines. */
    String type() {
        return name().toLowerCase(Locale.ROOT);
    }
}
