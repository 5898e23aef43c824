package io.tallyman.sign;

import java.util.concurrent.ThreadLocalRandom;

/** The seed of a random test: {@code -Dtallyman.seed=...} repeats a run. */
final class Seed {
    private Seed() {}

    static long announced() {
        Long given = Long.getLong("tallyman.seed");
        long seed = given != null ? given : ThreadLocalRandom.current().nextLong();
        System.out.println("tallyman.seed=" + seed);
        return seed;
    }
}
