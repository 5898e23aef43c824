package io.tallyman.cli;

/** Marks a command that needs the database; for the others none is looked for, unpacked or started. */
interface UsesDatabase {}
