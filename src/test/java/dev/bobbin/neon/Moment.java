package dev.bobbin.neon;

/** When, in the life of a statement, its connection ends. The client cannot tell the one from the other. */
public enum Moment {

    /** The statement never reaches Postgres. */
    BEFORE_STATEMENT,

    /** Postgres has executed the statement, and its answer is lost. */
    AFTER_STATEMENT
}
