package io.tallyman.scenario;

import java.util.List;
import java.util.Locale;

/**
 * What killing workers at one point came to.
 *
 * @param kills workers killed
 * @param rounds manifests brought to their end meanwhile
 * @param large each large object
 */
record DeathToll(int kills, int rounds, List<Large> large) {

    /**
     * A large object.
     *
     * @param sizeBytes its size
     * @param sentBytes what the store handed to the network for it, in all
     * @param deaths workers that died while they held it
     */
    record Large(long sizeBytes, long sentBytes, int deaths) {
        long sentAgainBytes() {
            return sentBytes - sizeBytes;
        }

        /** Of the object, for each death. */
        double shareSentAgain() {
            return (double) sentAgainBytes() / sizeBytes / Math.max(1, deaths);
        }
    }

    /** The worst object's. */
    double largestShareSentAgain() {
        return large.stream().mapToDouble(Large::shareSentAgain).max().orElseThrow();
    }

    @Override
    public String toString() {
        long bytes = large.stream().mapToLong(Large::sizeBytes).sum();
        long again = large.stream().mapToLong(Large::sentAgainBytes).sum();
        int deaths = large.stream().mapToInt(Large::deaths).sum();
        return String.format(
                Locale.ROOT,
                "%d kills in %d manifests; %d large objects (%d held at a death): %.2f %% sent again in all, per death of"
                        + " the object %.2f %% on average and %.2f %% at worst",
                kills,
                rounds,
                large.size(),
                deaths,
                100.0 * again / bytes,
                deaths == 0 ? 0.0 : 100.0 * again / ((double) bytes / large.size() * deaths),
                100 * largestShareSentAgain());
    }
}
