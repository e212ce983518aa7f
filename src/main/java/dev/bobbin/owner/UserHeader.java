package dev.bobbin.owner;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The value of {@code Bobbin-User}, which HTTP delivers as Latin-1. */
final class UserHeader {

    static final String NAME = "Bobbin-User";

    /** The prefix of RFC 8187 for a value beyond ASCII. */
    private static final String EXTENDED = "utf-8''";

    private UserHeader() {}

    /**
     * Accepts ASCII, raw UTF-8 bytes, and {@code UTF-8''} followed by percent-encoded UTF-8.
     *
     * @throws dev.bobbin.problem.ProblemException for anything else
     */
    static String decode(String value) {
        String what = "The header " + NAME;
        // a plus is no space in RFC 8187
        return value.regionMatches(true, 0, EXTENDED, 0, EXTENDED.length())
                ? percentDecoded(what, value.substring(EXTENDED.length()).replace("+", "%2B"))
                : utf8(what, value);
    }

    /** What a form, such as a query, has as this value. */
    static String percentDecoded(String what, String value) {
        try {
            return utf8(what, URLDecoder.decode(value, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException malformed) {
            throw INVALID_REQUEST.because(what + " has a malformed percent-encoding");
        }
    }

    private static String utf8(String what, String latin1) {
        try {
            // strict: replacing malformed bytes could make two users one
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw INVALID_REQUEST.because(what + " is not UTF-8");
        }
    }
}
