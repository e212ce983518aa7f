package dev.bobbin.page;

/** A statement in both directions, made once: a statement is prepared by its text. */
public record ByOrder(String asc, String desc) {

    /** Replaces {@code %1$s} by the keyword of the order, {@code %2$s} by the operator between a row and a cursor before it. */
    public static ByOrder of(String sql) {
        return new ByOrder(sql.formatted("asc", ">"), sql.formatted("desc", "<"));
    }

    public String in(Order order) {
        return order == Order.ASC ? asc : desc;
    }
}
