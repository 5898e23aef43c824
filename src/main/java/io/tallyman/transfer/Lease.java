package io.tallyman.transfer;

/** What an attempt knows of its right to the entry. Threads: any. */
@FunctionalInterface
public interface Lease {
    /** Whether it is surely ours; asked right before the rename. */
    boolean holds();

    /** Waits, not for ever, until it is known whether it is ours; returns {@link #holds()}. */
    default boolean awaitKnown() throws InterruptedException {
        return holds();
    }

    /** Whether it is surely not. In between, while nobody can be asked, what has come is nobody else's either. */
    default boolean isLost() {
        return !holds();
    }
}
