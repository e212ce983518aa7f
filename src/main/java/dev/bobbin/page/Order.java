package dev.bobbin.page;

/** The direction of a list: by its {@link Sort}, then by insertion. */
public enum Order {
    ASC,
    DESC;

    public Order reversed() {
        return this == ASC ? DESC : ASC;
    }
}
