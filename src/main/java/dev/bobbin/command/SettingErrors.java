package dev.bobbin.command;

import io.smallrye.config.ConfigValidationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the configuration says of settings that cannot be used, in one line that names them and the remedy. */
public final class SettingErrors {

    private static final Pattern UNCONVERTIBLE = Pattern.compile(
            "SRCFG\\d+: The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted (.*)",
            Pattern.DOTALL);

    private static final Pattern EMPTY = Pattern.compile(
            "SRCFG\\d+: The config property (\\S+) (?:is defined as the empty String|is required but it could not be found).*",
            Pattern.DOTALL);

    private static final Pattern UNKNOWN =
            Pattern.compile("SRCFG\\d+: (\\S+) in .* does not map to any root", Pattern.DOTALL);

    /** Of Hibernate Validator, which has the property first. */
    private static final Pattern CONSTRAINT =
            Pattern.compile("([a-z][\\w-]*(?:\\.[\\w-]+)+) (must .*)", Pattern.DOTALL);

    private static final Pattern ALLOWED = Pattern.compile(".*Cannot convert .* allowed values: (.*)", Pattern.DOTALL);

    private SettingErrors() {}

    /** All that is wrong. */
    public static String of(ConfigValidationException several) {
        return IntStream.range(0, several.getProblemCount())
                .mapToObj(i -> oneLine(several.getProblem(i).getMessage()))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /** One message of the configuration's. */
    public static String oneLine(@Nullable String message) {
        String text = String.valueOf(message).strip().replaceFirst("^(java\\.[\\w.]+: )+", "");
        return said(text).replaceAll("\\s*\\R\\s*", " ");
    }

    private static String said(String text) {
        Matcher matcher = UNCONVERTIBLE.matcher(text);
        if (matcher.matches()) {
            return named(matcher.group(1)) + " is '" + matcher.group(2).strip() + "': " + remedy(matcher.group(3));
        }
        matcher = EMPTY.matcher(text);
        if (matcher.matches()) {
            return named(matcher.group(1)) + " is empty: give it a value, or leave it out";
        }
        matcher = CONSTRAINT.matcher(text);
        if (matcher.matches()) {
            return named(matcher.group(1)) + " " + matcher.group(2);
        }
        matcher = UNKNOWN.matcher(text);
        return matcher.matches() ? SettingNames.unknownProperty(matcher.group(1)) : text;
    }

    private static String named(String property) {
        return property + " (" + SettingNames.variable(property) + ")";
    }

    private static String remedy(String complaint) {
        Matcher allowed = ALLOWED.matcher(complaint);
        if (allowed.matches()) {
            return "it must be one of " + allowed.group(1).replace(",", ", ");
        }
        if (complaint.startsWith("Invalid duration")) {
            return "it must be a duration, such as 500ms, 30s or 5m";
        }
        if (complaint.contains("[0-9]+[BbKkMm")) {
            return "it must be a size in bytes, such as 512K or 8M";
        }
        return complaint.contains("Expected an integer value")
                ? "it must be a whole number, up to 2147483647"
                : complaint.replaceFirst("^SRCFG\\d+: ", "");
    }
}
