package io.tallyman.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Which request meets which fault. Pure: the answer depends on the key and on the how-many-eth request to it this is, never on
 * time or threads. The first rule that fits wins. Immutable.
 */
public final class FaultScript {
    private static final FaultScript NONE = new FaultScript(List.of());

    private final List<Rule> rules;

    private record Rule(Predicate<String> keys, int fromRequest, int toRequest, long seed, double share, Fault fault) {
        boolean fits(String key, int request) {
            return request >= fromRequest
                    && request <= toRequest
                    && keys.test(key)
                    && (share >= 1 || draw(key, request) < share);
        }

        private double draw(String key, int request) {
            return new SplittableRandom(seed ^ (key.hashCode() * 0x9E3779B97F4A7C15L + request)).nextDouble();
        }
    }

    private FaultScript(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** No faults. */
    public static FaultScript none() {
        return NONE;
    }

    /** Adds a fault for the n-th request to a key; requests count from 1. */
    public FaultScript onRequest(String key, int request, Fault fault) {
        return with(new Rule(key::equals, request, request, 0, 1, fault));
    }

    /** Adds a fault for the first {@code requests} requests to each key that fits. */
    public FaultScript onFirst(int requests, Predicate<String> keys, Fault fault) {
        return with(new Rule(keys, 1, requests, 0, 1, fault));
    }

    /** Adds a fault for every request to each key that fits. */
    public FaultScript always(Predicate<String> keys, Fault fault) {
        return with(new Rule(keys, 1, Integer.MAX_VALUE, 0, 1, fault));
    }

    /** Adds a fault for every request to this key. */
    public FaultScript always(String key, Fault fault) {
        return always(key::equals, fault);
    }

    /** Adds a fault for this share (0 to 1) of all requests, drawn from the seed, the key and the request's number. */
    public FaultScript onShare(double share, long seed, Fault fault) {
        return with(new Rule(key -> true, 1, Integer.MAX_VALUE, seed, share, fault));
    }

    /** The fault for the n-th request to a key, counted from 1. */
    public Optional<Fault> faultFor(String key, int request) {
        return rules.stream()
                .filter(rule -> rule.fits(key, request))
                .map(Rule::fault)
                .findFirst();
    }

    private FaultScript with(Rule rule) {
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new FaultScript(more);
    }
}
