package dev.bobbin.command;

import dev.bobbin.schema.DirectConnection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Finds owners one by one, each by a look into the indexes, however many rows there are. */
final class OwnerListStore {

    /** Items and search texts belong to threads. */
    private static final String NEXT =
            """
            select least(
              (select min(owner_id) from bobbin.threads where owner_id > $1),
              (select min(owner_id) from bobbin.attachments where owner_id > $1))""";

    private final Owners owners;
    private final String next;
    private @Nullable String passed;
    private @Nullable String due;

    OwnerListStore(Owners owners, String schema) {
        this.owners = owners;
        this.next = Owners.sql(NEXT, schema);
    }

    /** The id of the owner whose turn it is, until that is {@link #passed}; null after the last. A single one need not exist. */
    @Nullable
    String due(DirectConnection connection) throws SQLException {
        if (due == null) {
            due = owners.only() == null
                    ? connection.first(next, passed == null ? owners.prefix() : passed)
                    : passed == null ? owners.only() : null;
        }
        return due != null && due.startsWith(owners.prefix()) ? due : null;
    }

    /** Begins with this owner, or after it. */
    void startAt(String owner, boolean after) {
        due = after ? null : owner;
        passed = after ? owner : null;
    }

    void passed() {
        passed = due;
        due = null;
    }
}
