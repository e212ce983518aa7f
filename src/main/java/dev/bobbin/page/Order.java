package dev.bobbin.page;

/** The direction of a list: by {@code created_at}, then by insertion. */
public enum Order {
    ASC,
    DESC
}
