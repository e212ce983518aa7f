package dev.bobbin.document;

import static dev.bobbin.problem.ProblemType.INVALID_REQUEST;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of threads, items and attachments. Most are made by the client, in any form. */
public final class Ids {

    private static final int MAX_LENGTH = 255;

    /** 24 hex digits. ChatKit's 8 collide by even odds at 77,000 ids. */
    static final int RANDOM_BYTES = 12;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /** ChatKit's prefix for the kind of thing, an underscore, and 24 random hex digits. */
    static String random(String prefix) {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return prefix + '_' + HexFormat.of().formatHex(bytes);
    }

    /** Returns a valid id; {@code what} is its name in a problem. */
    public static String check(String what, String id) {
        int length = id.codePointCount(0, id.length());
        if (length < 1 || length > MAX_LENGTH) {
            throw INVALID_REQUEST.because(what + " must have 1 to " + MAX_LENGTH + " characters, and has " + length);
        }
        for (int i = 0; i < id.length(); ) {
            int c = id.codePointAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                throw INVALID_REQUEST.because(what + " must not contain control characters or lone surrogates");
            }
            i += Character.charCount(c);
        }
        if (id.equals(".") || id.equals("..")) {
            throw INVALID_REQUEST.because(what + " must not be . or .., which no URL path can carry");
        }
        return id;
    }
}
