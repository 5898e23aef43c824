package io.tallyman.cli;

/** A command that may need the database; for the others none is looked for, unpacked or started. */
interface UsesDatabase {
    /** Whether it does with the arguments it was given. */
    default boolean needsDatabase() {
        return true;
    }
}
