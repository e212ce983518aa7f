package dev.bobbin.command;

import dev.bobbin.database.Schema;
import dev.bobbin.owner.Owner;
import org.jspecify.annotations.Nullable;

/**
 * Owners by their ids, in the order of the ids.
 *
 * @param prefix that the ids begin with
 * @param only the one owner; null for all with the prefix
 */
record Owners(String prefix, @Nullable String only) {

    static final Owners ALL = new Owners("", null);

    static Owners ofTenant(Owner anyOfTenant) {
        return new Owners(Owner.idOf(anyOfTenant.tenant()) + '/', null);
    }

    static Owners only(Owner owner) {
        return new Owners(owner.id(), owner.id());
    }

    boolean contain(String ownerId) {
        return only == null ? ownerId.startsWith(prefix) : only.equals(ownerId);
    }

    /** What the owner id of a row must be, with the parameters of {@link #bounds}. */
    String condition() {
        return only != null ? "owner_id = $1" : prefix.isEmpty() ? "true" : "owner_id >= $1 and owner_id < $2";
    }

    /** A tenant's ids end before those that have the next character for the slash. */
    Object[] bounds() {
        if (only != null) {
            return new Object[] {only};
        }
        return prefix.isEmpty()
                ? new Object[0]
                : new Object[] {prefix, prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1)};
    }

    static String sql(String sql, String schema) {
        return new Schema(schema).in(sql);
    }
}
