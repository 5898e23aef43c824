package io.tallyman.job;

/** Where on an entry's way from claim to record a {@link DyingWorker} dies. */
public enum DeathPoint {
    /** The claim is committed, and nothing else has happened. */
    AFTER_CLAIM,
    /** Bytes have come and are not in the file yet; others of other connections are, or are being written. */
    MID_WRITE,
    /** The part file is verified and forced to disk, and has not got its name. */
    AFTER_FSYNC,
    /** The file has its name; its directory is not forced yet, or the record of what was kept of it is still beside it. */
    AFTER_RENAME,
    /** The file stands under its name alone, and the database knows nothing of it. */
    AFTER_LANDING,
    /** The recording is sent to the database, its commit is not. */
    BEFORE_COMMIT,
    /** The database has committed, and the worker has done nothing since. */
    AFTER_COMMIT
}
