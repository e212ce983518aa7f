package dev.bobbin.transfer;

/**
 * The rows of an owner from a place on, in the order of an export, as {@link ExportRow} has them. Parameters: $1 the owner; $2 to
 * $4 {@code group}, {@code at} and {@code seq} of an {@link ExportPlace}; $5 the most rows; $6 the most bytes of documents. The
 * first row that exceeds these comes as the last one, with its {@code bytes} and without its {@code document}. So the section has
 * no more rows if there are fewer than $5, all with a document.
 */
public final class ExportSql {

    private static final String PAGE =
            """
            select id, %1$s, created_at, updated_at, seq, bytes,
              case when total <= $6::bigint then convert_to(document, 'UTF8') end as document
            from (
              select %2$s, id, created_at, updated_at, seq, document, octet_length(document) as bytes,
                sum(octet_length(document)) over (order by %3$s rows unbounded preceding) as total
              from bobbin.%4$s
              where owner_id = $1 and (%3$s) > (%5$s)
              order by %3$s limit $5) page
            where total - bytes <= $6::bigint
            order by %3$s""";

    /** With {@code kind} and {@code archived}. By kind first, since that is the order of the index. */
    public static final String THREADS = PAGE.formatted(
            "kind, archived",
            "kind, archived",
            "kind, created_at, seq",
            "threads",
            "$2::text, $3::timestamptz, $4::bigint");

    /** With {@code thread_id}, {@code role}, and the {@code kind} of the thread. */
    public static final String ITEMS = PAGE.formatted(
            "thread_id, role, (select kind from bobbin.threads where owner_id = $1 and id = page.thread_id) as kind",
            "thread_id, role",
            "thread_id, created_at, seq",
            "thread_items",
            "$2::text, $3::timestamptz, $4::bigint");

    /** They have no group, so $2 is empty. */
    public static final String ATTACHMENTS = PAGE.formatted(
            "$2::text as group_name", "1", "created_at, seq", "attachments", "$3::timestamptz, $4::bigint");

    private ExportSql() {}

    public static String of(Section section) {
        return switch (section) {
            case THREAD -> THREADS;
            case ITEM -> ITEMS;
            case ATTACHMENT -> ATTACHMENTS;
        };
    }
}
