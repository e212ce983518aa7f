package dev.bobbin.http;

import dev.bobbin.problem.ProblemException;
import io.netty.handler.codec.DecoderResult;

/**
 * Marks a request that the decoder refuses. It counts as decoded, so that Vert.x takes it to the router, where it becomes
 * a problem like all others; a failed result would be answered without a body before any route. No header can forge it.
 */
final class Refusal extends DecoderResult {

    private final ProblemException problem;

    Refusal(ProblemException problem) {
        super(SIGNAL_SUCCESS);
        this.problem = problem;
    }

    ProblemException problem() {
        return problem;
    }
}
