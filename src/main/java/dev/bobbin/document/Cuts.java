package dev.bobbin.document;

import java.util.List;

/** Takes members out of the text of an object. */
final class Cuts {

    private Cuts() {}

    /**
     * @param members start and end of each member, name and value, in order
     */
    static String without(String object, List<int[]> members) {
        StringBuilder text = new StringBuilder(object);
        for (int i = members.size() - 1; i >= 0; i--) {
            cut(text, members.get(i)[0], members.get(i)[1]);
        }
        return text.toString();
    }

    /** With the member goes one comma: the one before it, or for the first member the one behind it. */
    private static void cut(StringBuilder text, int start, int end) {
        int before = start - 1;
        while (Character.isWhitespace(text.charAt(before))) {
            before--;
        }
        int behind = end;
        while (Character.isWhitespace(text.charAt(behind))) {
            behind++;
        }
        if (text.charAt(before) == ',') {
            text.delete(before, end);
        } else if (text.charAt(behind) == ',') {
            text.delete(start, behind + 1);
        } else {
            text.delete(start, end);
        }
    }
}
