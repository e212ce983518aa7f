package dev.bobbin.database.connect;

import java.io.IOException;

/** A server that does not do what the URL asks of it; the connection ends before it has got anything from the client. */
public final class UntrustedServerException extends IOException {

    private static final long serialVersionUID = 1;

    enum Lack {
        TLS,
        CHANNEL_BINDING
    }

    private final Lack lack;

    UntrustedServerException(Lack lack, String message) {
        super(message);
        this.lack = lack;
    }

    Lack lack() {
        return lack;
    }
}
