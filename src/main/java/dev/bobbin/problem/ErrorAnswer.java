package dev.bobbin.problem;

import java.util.Map;

/** A problem in the form that the clients of its path read. */
record ErrorAnswer(int status, String mediaType, Map<String, String> headers, String json) {}
