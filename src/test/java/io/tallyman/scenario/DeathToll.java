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
     * @param receivedBytes what its workers received of it, in all
     * @param sentBytes what the store handed to its socket for it, in all: also what was still in there when a connection ended
     * @param deaths workers that died while they held it
     */
    record Large(long sizeBytes, long receivedBytes, long sentBytes, int deaths) {
        long fetchedAgainBytes() {
            return receivedBytes - sizeBytes;
        }

        /** Of the object, for each death. */
        double shareFetchedAgain() {
            return (double) fetchedAgainBytes() / sizeBytes / Math.max(1, deaths);
        }
    }

    /** Of all large objects' bytes. */
    double shareFetchedAgain() {
        long bytes = large.stream().mapToLong(Large::sizeBytes).sum();
        return (double) large.stream().mapToLong(Large::fetchedAgainBytes).sum() / bytes;
    }

    @Override
    public String toString() {
        long bytes = large.stream().mapToLong(Large::sizeBytes).sum();
        long sent = large.stream().mapToLong(Large::sentBytes).sum();
        int deaths = large.stream().mapToInt(Large::deaths).sum();
        double worst =
                large.stream().mapToDouble(Large::shareFetchedAgain).max().orElseThrow();
        return String.format(
                Locale.ROOT,
                "%d kills in %d manifests; %d large objects (%d held at a death): %.2f %% fetched again in all,"
                        + " at worst %.2f %% of an object for each death; the store handed out %.2f %% more than once",
                kills,
                rounds,
                large.size(),
                deaths,
                100 * shareFetchedAgain(),
                100 * worst,
                100.0 * (sent - bytes) / bytes);
    }
}
