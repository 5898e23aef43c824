package io.tallyman.transfer;

/** When a verified file is made durable; in every mode nothing is reported as landed before its mode's promise holds. */
public enum Durability {
    /** Each file is forced to disk, renamed and its directory forced, by itself: the surest on any file system, and the slowest. */
    OBJECT,
    /** The same order for files that became ready at the same time, which share one pass of the file system to disk. */
    GROUP,
    /**
     * Nothing is forced: after a crash of the machine (not of the program) files recorded as verified may be torn or missing, which
     * only another check of their bytes finds.
     */
    NONE
}
