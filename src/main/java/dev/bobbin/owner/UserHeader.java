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
        boolean extended = value.regionMatches(true, 0, EXTENDED, 0, EXTENDED.length());
        try {
            // URLDecoder takes a plus for a space, which RFC 8187 does not
            String latin1 = !extended
                    ? value
                    : URLDecoder.decode(
                            value.substring(EXTENDED.length()).replace("+", "%2B"), StandardCharsets.ISO_8859_1);
            // strict: replacing malformed bytes could make two users one
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (IllegalArgumentException malformed) {
            throw INVALID_REQUEST.because("The header " + NAME + " has a malformed percent-encoding");
        } catch (CharacterCodingException malformed) {
            throw INVALID_REQUEST.because("The header " + NAME + " is not UTF-8");
        }
    }
}
