package dev.bobbin.owner;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The value of {@code Bobbin-User}, which HTTP hands over as Latin-1 whatever the client meant. */
final class UserHeader {

    static final String NAME = "Bobbin-User";

    /** As RFC 8187 spells a value beyond ASCII. */
    private static final String EXTENDED = "utf-8''";

    private UserHeader() {}

    /**
     * Accepts plain ASCII, raw UTF-8 bytes, and {@code UTF-8''} followed by percent-encoded UTF-8.
     *
     * @throws dev.bobbin.problem.ProblemException when it is none of them
     */
    static String decode(String value) {
        boolean extended = value.regionMatches(true, 0, EXTENDED, 0, EXTENDED.length());
        return strictUtf8(extended ? percentDecoded(value.substring(EXTENDED.length())) : value);
    }

    /** One character a byte, as HTTP hands over the rest. */
    private static String percentDecoded(String value) {
        try {
            // URLDecoder takes a plus for a space, which RFC 8187 does not
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException malformed) {
            throw INVALID_REQUEST.because("The header " + NAME + " has a malformed percent-encoding");
        }
    }

    /** A decoder that mends malformed bytes would make one user out of two. */
    private static String strictUtf8(String latin1) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw INVALID_REQUEST.because("The header " + NAME + " is not UTF-8");
        }
    }
}
