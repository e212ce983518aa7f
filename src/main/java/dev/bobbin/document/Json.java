package dev.bobbin.document;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** The little JSON that is written by hand, around documents that are passed through. */
public final class Json {

    private Json() {}

    /** Appends {@code text} as a JSON string. */
    public static void quote(String text, StringBuilder to) {
        to.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        to.append('"');
    }

    /** The object {@code document}, which is valid JSON, with one member more at its end. */
    public static String withMember(String document, String name, String value) {
        int end = document.lastIndexOf('}');
        int last = end - 1;
        while (Character.isWhitespace(document.charAt(last))) {
            last--;
        }
        StringBuilder json = new StringBuilder(document.length() + name.length() + value.length() + 4);
        json.append(document, 0, end);
        if (document.charAt(last) != '{') {
            json.append(',');
        }
        quote(name, json);
        return json.append(':')
                .append(value)
                .append(document, end, document.length())
                .toString();
    }
}
