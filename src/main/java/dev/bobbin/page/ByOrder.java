package dev.bobbin.page;

/** A statement in its two directions, put together once: a statement is prepared by its text. */
public record ByOrder(String asc, String desc) {

    /**
     * Makes both out of a template.
     *
     * @param sql with {@code %1$s} for the keyword of the order, and {@code %2$s} for the operator that holds between a row
     *     and a cursor before it
     */
    public static ByOrder of(String sql) {
        return new ByOrder(sql.formatted("asc", ">"), sql.formatted("desc", "<"));
    }

    public String in(Order order) {
        return order == Order.ASC ? asc : desc;
    }
}
