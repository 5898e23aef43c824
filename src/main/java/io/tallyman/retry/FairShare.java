package io.tallyman.retry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Divides a limit among those who want a part of it: nobody is given more than wanted while others want more than they have, and what
 * nobody wants is for all in equal parts. The parts always add up to the limit.
 */
public final class FairShare {
    private FairShare() {}

    /**
     * One's own part (max-min fairness).
     *
     * @param own what is wanted; infinite for as much as there is
     * @param others what each of the others wants
     */
    public static double of(double limit, double own, List<Double> others) {
        List<Double> wanted = new ArrayList<>(others);
        wanted.add(own);
        Collections.sort(wanted);
        double left = limit;
        for (int at = 0; at < wanted.size(); at++) {
            double equal = left / (wanted.size() - at);
            if (wanted.get(at) > equal) {
                return Math.min(own, equal);
            }
            left -= wanted.get(at);
        }
        return own + left / wanted.size();
    }
}
