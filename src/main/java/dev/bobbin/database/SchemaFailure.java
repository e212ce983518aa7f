package dev.bobbin.database;

/**
 * A call failed since the schema does not have what its statement names, or does not permit it. Fired as a CDI event, on the
 * call's thread.
 */
public record SchemaFailure(String message) {}
