package dev.bobbin.neon;

/** What a client sees when its connection ends. The leg to Postgres ends in every case. */
public enum Ending {

    /** 57P01, then close_notify and FIN: a suspend, on the direct endpoint. On the pooled one it is {@link #FIN}. */
    TERMINATED,

    /** FIN without a word before it, not even close_notify: a suspend, on the pooled endpoint. */
    FIN,

    /** A reset: the next read or write fails. */
    RST,

    /** Nothing: the socket stays open, what the client sends is swallowed, and no answer ever comes. */
    BLACK_HOLE,

    /** The end of TLS but not of the connection, which stays open as a black hole. In clear text it is {@link #FIN}. */
    CLOSE_NOTIFY
}
