package io.tallyman.retry;

/**
 * Tells complaints about the load from those that come anyway: some servers answer a few of a hundred requests with 503 however little
 * they have to do, and to ask for less and less would bring the run to a halt for nothing. The test is to ask for less and see:
 * where twice in a row as many come as before, it is the endpoint's usual share, and is put up with until it rises or goes away.
 * Works where there are enough of them to count, a few a second. Not thread-safe.
 */
final class Grumbling {
    /** Fewer complaints may be chance. */
    private static final int LEAST_REFUSED = 4;
    /** A larger share is no accident. */
    private static final double LARGEST_SHARE = 0.2;

    private static final double NEW_RESULT_WEIGHT = 1.0 / 256;
    /** What the share falls below in the end when there are no more. */
    private static final double GONE = 1.0 / 64;

    private double share;
    private double usual;

    private boolean watching;
    private double lastShare;
    private int watched;
    private int refused;

    /** Whether as many complaints as there are now come whatever is asked for. */
    boolean isUsual() {
        return share <= usual;
    }

    /** Whether it is not known yet what the last cut was good for. */
    boolean isWatching() {
        return watching && !(refused >= 2 * LEAST_REFUSED && watchedShare() > LARGEST_SHARE);
    }

    /** Looks at what comes from now on: the limit fell, and what was under way then is over. */
    void watch() {
        watching = true;
        watched = 0;
        refused = 0;
    }

    /** What comes now says nothing of the load: there was a break. */
    void lookAway() {
        watching = false;
        lastShare = 0;
    }

    void note(boolean isRefused) {
        share += NEW_RESULT_WEIGHT * ((isRefused ? 1 : 0) - share);
        if (share < usual * GONE) {
            usual = 0;
        }
        watched++;
        refused += isRefused ? 1 : 0;
    }

    /** Ends the watch; true where it turned out, twice in a row, that a cut was of no use. */
    boolean judge() {
        if (!watching) {
            return false;
        }
        watching = false;
        double before = lastShare;
        lastShare = refused >= LEAST_REFUSED && watchedShare() <= LARGEST_SHARE ? watchedShare() : 0;
        if (lastShare == 0 || before == 0 || lastShare < before / 2 || before < lastShare / 2) {
            return false;
        }
        // Chance puts as many again on top now and then, and a little more where there are few.
        usual = 2 * lastShare + 0.02;
        lastShare = 0;
        return true;
    }

    private double watchedShare() {
        return (double) refused / Math.max(1, watched);
    }
}
