package dev.bobbin.transfer;

/** A number of threads, of items and of attachments. */
public record Counts(long threads, long items, long attachments) {

    public static final Counts NONE = new Counts(0, 0, 0);

    public static Counts of(Section section, long number) {
        return switch (section) {
            case THREAD -> new Counts(number, 0, 0);
            case ITEM -> new Counts(0, number, 0);
            case ATTACHMENT -> new Counts(0, 0, number);
        };
    }

    public Counts plus(Counts more) {
        return new Counts(threads + more.threads, items + more.items, attachments + more.attachments);
    }

    /** The members of a JSON object. */
    public String members() {
        return "\"threads\":" + threads + ",\"items\":" + items + ",\"attachments\":" + attachments;
    }

    /** The last line of a complete stream, with its line break; the counts are of the rows since its first line. */
    public String endLine() {
        return "{\"type\":\"end\"," + members() + "}\n";
    }
}
