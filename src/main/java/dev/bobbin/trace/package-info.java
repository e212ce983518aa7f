/** Spans of calls, exported by OpenTelemetry if an endpoint is set. */
@NullMarked
package dev.bobbin.trace;

import org.jspecify.annotations.NullMarked;
