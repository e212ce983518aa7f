package dev.bobbin.transfer;

import dev.bobbin.document.Document;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows of one section, without two of one key: what a statement of {@link ImportSql} stores. */
public final class ImportBatch {

    private record Key(String threadId, String id) {}

    private final List<ImportRow> rows;
    private final Set<Key> keys = new HashSet<>();

    public ImportBatch() {
        this(List.of());
    }

    private ImportBatch(List<ImportRow> rows) {
        this.rows = new ArrayList<>(rows);
    }

    /** Adds a row, or returns false: the batch has to be stored before it. */
    public boolean add(ImportRow row) {
        if (!rows.isEmpty() && rows.get(0).section() != row.section() || !keys.add(new Key(row.threadId(), row.id()))) {
            return false;
        }
        rows.add(row);
        return true;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public int size() {
        return rows.size();
    }

    /** Of all of its rows; it has at least one. */
    public Section section() {
        return rows.get(0).section();
    }

    /** Its first rows. */
    public ImportBatch first(int number) {
        return new ImportBatch(rows.subList(0, number));
    }

    /** The statement's parameters: the owner, and arrays of {@code String}, {@code OffsetDateTime} and {@code Boolean}. */
    public List<Object> parameters(String ownerId) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(ownerId);
        parameters.add(texts(ImportRow::id));
        parameters.add(texts(row -> row.document().text()));
        parameters.add(rows.stream().map(ImportRow::createdAt).toArray(OffsetDateTime[]::new));
        parameters.add(rows.stream().map(ImportRow::updatedAt).toArray(OffsetDateTime[]::new));
        switch (section()) {
            case THREAD -> {
                parameters.add(texts(ImportRow::kind));
                parameters.add(rows.stream().map(ImportRow::archived).toArray(Boolean[]::new));
                addMembers(parameters, "title", "status", "metadata");
            }
            case ITEM -> {
                parameters.add(texts(ImportRow::kind));
                parameters.add(texts(ImportRow::threadId));
                parameters.add(texts(ImportRow::type));
                parameters.add(texts(ImportRow::role));
                parameters.add(documents(Document::plainText));
            }
            case ATTACHMENT -> addMembers(parameters, "type", "name", "mime_type", "thread_id");
        }
        return parameters;
    }

    private void addMembers(List<Object> parameters, String... names) {
        for (String name : names) {
            parameters.add(documents(document -> document.string(name)));
        }
    }

    private String[] documents(Function<Document, @Nullable String> text) {
        return texts(row -> text.apply(row.document()));
    }

    private String[] texts(Function<ImportRow, @Nullable String> text) {
        return rows.stream().map(text).toArray(String[]::new);
    }
}
