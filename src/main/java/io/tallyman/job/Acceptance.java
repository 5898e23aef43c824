package io.tallyman.job;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether the store has accepted any of this worker's requests in one respect: its signature, its clock, or the certificate check. Before it
 * has, a refusal that would be final for one entry may just as well await every other (a wrong secret, a missing root
 * certificate), and a few refusals in a row are taken for that. Threads: any.
 */
final class Acceptance {
    /** Refusals, with nothing accepted before or between, that tell a wrong configuration from one odd entry. */
    static final int TELLING_REFUSALS = 3;

    private final int tellingRefusals;
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile boolean accepted;

    Acceptance() {
        this(TELLING_REFUSALS);
    }

    /** Where so many refusals tell. */
    Acceptance(int tellingRefusals) {
        this.tellingRefusals = tellingRefusals;
    }

    /** What one more refusal says. */
    enum Blame {
        /** Others were accepted: it is this entry's own. */
        ENTRY,
        /** Nothing was accepted yet, and too few were refused to tell. */
        UNCLEAR,
        /** Nothing was accepted, and enough were refused. */
        EVERYTHING
    }

    void accepted() {
        accepted = true;
    }

    Blame refused() {
        if (accepted) {
            return Blame.ENTRY;
        }
        return refusals.incrementAndGet() < tellingRefusals ? Blame.UNCLEAR : Blame.EVERYTHING;
    }
}
