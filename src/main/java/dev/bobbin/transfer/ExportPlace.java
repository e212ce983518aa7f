package dev.bobbin.transfer;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import dev.bobbin.page.Place;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where an export continues: after the row with these keys, or where it would be.
 *
 * @param group the kind of a thread, the thread of an item, empty for an attachment
 */
public record ExportPlace(Section section, String group, OffsetDateTime at, long seq) {

    private static final byte VERSION = 1;

    /** Before the first row of a section. */
    public static ExportPlace startOf(Section section) {
        return new ExportPlace(section, "", Place.BEFORE_ALL, 0);
    }

    /** The beginning of the next section; null after the last one. */
    public @Nullable ExportPlace nextSection() {
        int next = section.ordinal() + 1;
        return next < Section.values().length ? startOf(Section.values()[next]) : null;
    }

    /** The place as the lines of an export have it: opaque, and bound to no owner. */
    public String cursor() {
        byte[] name = group.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(2 + Place.LENGTH + name.length).put(VERSION).put((byte) section.ordinal());
        new Place(at, seq).put(bytes);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(bytes.put(name).array());
    }

    /**
     * Reads a {@link #cursor}.
     *
     * @throws dev.bobbin.problem.ProblemException for any other text
     */
    public static ExportPlace of(String cursor) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            byte version = bytes.get();
            int section = bytes.get();
            Place place = Place.get(bytes);
            String group = StandardCharsets.UTF_8.decode(bytes).toString();
            // of any other bytes Postgres would say that it cannot store them
            if (version != VERSION
                    || section < 0
                    || section >= Section.values().length
                    || group.indexOf(0) >= 0
                    || section == Section.ATTACHMENT.ordinal() && !group.isEmpty()) {
                throw malformed();
            }
            return new ExportPlace(Section.values()[section], group, place.at(), place.seq());
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw malformed();
        }
    }

    private static RuntimeException malformed() {
        return INVALID_REQUEST.because("after must be the cursor of a line of an export");
    }
}
