package dev.bobbin.transfer;

import dev.bobbin.document.Json;
import dev.bobbin.document.NewDocument;
import dev.bobbin.owner.Owner;
import java.time.OffsetDateTime;

/** The first line of a stream, and of each part of one that was resumed. */
public record ExportHeader(Owner owner, OffsetDateTime exportedAt) {

    /** The member that has the format's version. */
    static final String MARK = "bobbin_export";

    static final int VERSION = 1;

    /** The line with its line break. */
    public String line() {
        return "{\"" + MARK + "\":" + VERSION + ",\"tenant\":" + Json.quoted(owner.tenant()) + ",\"user\":"
                + Json.quoted(owner.user()) + ",\"exported_at\":\"" + NewDocument.format(exportedAt) + "\"}\n";
    }
}
