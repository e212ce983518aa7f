package dev.bobbin.command;

/** How a word looks on a terminal with colours. */
enum Style {
    HEADING("1"),
    GOOD("32"),
    ATTENTION("33"),
    FAILURE("31"),
    QUIET("2");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    String on(String text, boolean colours) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
