package dev.bobbin.document;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** The little JSON that is written by hand, around documents that are passed through. */
public final class Json {

    private Json() {}

    /** Appends {@code text} as a JSON string. */
    public static void quote(String text, StringBuilder to) {
        to.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        to.append('"');
    }

    /** The object {@code document}, which is valid JSON, with one member more at its end; in parts, as {@code value} is. */
    public static List<Buffer> withMember(Buffer document, String name, List<Buffer> value) {
        int end = document.length() - 1;
        while (document.getByte(end) != '}') {
            end--;
        }
        int last = end - 1;
        while (Character.isWhitespace(document.getByte(last))) {
            last--;
        }
        StringBuilder member = new StringBuilder(document.getByte(last) == '{' ? "" : ",");
        quote(name, member);
        List<Buffer> json = new ArrayList<>(value.size() + 3);
        json.add(document.slice(0, end));
        json.add(Buffer.buffer(member.append(':').toString()));
        json.addAll(value);
        json.add(document.slice(end, document.length()));
        return json;
    }
}
