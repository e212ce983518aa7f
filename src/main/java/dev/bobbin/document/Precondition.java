package dev.bobbin.document;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;
import static dev.bobbin.problem.ProblemType.PRECONDITION_FAILED;

import dev.bobbin.problem.ProblemException;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must be stored for a write to be done (RFC 9110, section 13).
 *
 * @param tags of which the stored document must have one; {@link #ANY} stands for all; null without {@code If-Match}
 * @param absent whether there must be no document: {@code If-None-Match: *}
 */
public record Precondition(@Nullable List<String> tags, boolean absent) {

    public static final String IF_MATCH = "If-Match";
    public static final String IF_NONE_MATCH = "If-None-Match";

    /** No tag of a document, which are hex digits. */
    public static final String ANY = "*";

    public static final Precondition NONE = new Precondition(null, false);
    public static final Precondition EXISTS = new Precondition(List.of(ANY), false);

    private static final Pattern TAG =
            Pattern.compile("\\s*(?<weak>W/)?\"(?<tag>[\\x21\\x23-\\x7E\\x80-\\xFF]*)\"\\s*(?:,|$)|\\s*(?:,|$)");

    /**
     * The precondition of a write.
     *
     * @throws ProblemException if the headers are malformed or contradict each other
     */
    public static Precondition ofWrite(MultiMap headers) {
        String match = joined(headers, IF_MATCH);
        String noneMatch = joined(headers, IF_NONE_MATCH);
        if (noneMatch != null && !noneMatch.equals(ANY)) {
            throw INVALID_REQUEST.because("If-None-Match of a write must be *; nothing was done");
        }
        if (match != null && noneMatch != null) {
            throw INVALID_REQUEST.because("If-Match and If-None-Match: * contradict each other; nothing was done");
        }
        return new Precondition(match == null ? null : tags(IF_MATCH, match, false), noneMatch != null);
    }

    /** Whether the sender of a read has the document with this tag already. */
    public static boolean isKnown(MultiMap headers, String tag) {
        String noneMatch = joined(headers, IF_NONE_MATCH);
        return noneMatch != null && includes(tags(IF_NONE_MATCH, noneMatch, true), tag);
    }

    public boolean isNone() {
        return tags == null && !absent;
    }

    /**
     * Checks a document that is locked.
     *
     * @param stored its tag; null if there is none
     * @throws ProblemException if the write must not be done
     */
    public void check(@Nullable String stored) {
        if (absent ? stored != null : tags != null && (stored == null || !includes(tags, stored))) {
            throw failed(stored);
        }
    }

    /** The problem of a write that was not done, since the stored document has this tag, or since there is none. */
    public ProblemException failed(@Nullable String stored) {
        if (stored == null) {
            return PRECONDITION_FAILED.because("There is no such document, and If-Match asks for one");
        }
        String detail = absent
                ? "The document exists already, and If-None-Match asks for a new one"
                : "The document is not the one that If-Match asks for; the header ETag has its present tag";
        return PRECONDITION_FAILED.because(detail).with("ETag", '"' + stored + '"');
    }

    private static boolean includes(List<String> tags, String stored) {
        return tags.contains(stored) || tags.contains(ANY);
    }

    private static @Nullable String joined(MultiMap headers, String name) {
        return headers.contains(name) ? String.join(",", headers.getAll(name)).strip() : null;
    }

    /** Tags of other servers are left out; weak ones are too, unless {@code weak}. */
    private static List<String> tags(String header, String value, boolean weak) {
        if (value.equals(ANY)) {
            return List.of(ANY);
        }
        List<String> tags = new ArrayList<>();
        Matcher next = TAG.matcher(value);
        int end = 0;
        boolean found = false;
        while (end < value.length() && next.find() && next.start() == end) {
            end = next.end();
            String tag = next.group("tag");
            found |= tag != null;
            if (tag != null && !tag.equals(ANY) && (weak || next.group("weak") == null)) {
                tags.add(tag);
            }
        }
        if (!found || end < value.length()) {
            throw INVALID_REQUEST.because(
                    header + " must be * or ETags in quotes, separated by commas; nothing was done");
        }
        return tags;
    }
}
