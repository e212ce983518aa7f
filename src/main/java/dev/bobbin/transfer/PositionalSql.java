package dev.bobbin.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement as JDBC takes it: with a question mark in the place of each {@code $1}.
 *
 * @param order which parameter, from 0 on, each question mark is
 */
public record PositionalSql(String sql, List<Integer> order) {

    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    /** @param sql without a question mark, and without a dollar sign that is none of a parameter */
    public static PositionalSql of(String sql) {
        Matcher parameter = PARAMETER.matcher(sql);
        StringBuilder positional = new StringBuilder();
        List<Integer> order = new ArrayList<>();
        while (parameter.find()) {
            order.add(Integer.parseInt(parameter.group(1)) - 1);
            parameter.appendReplacement(positional, "?");
        }
        return new PositionalSql(parameter.appendTail(positional).toString(), List.copyOf(order));
    }
}
