package io.tallyman.report;

import java.util.StringJoiner;

/** Named counts as people read them: those that are not zero, in the order given. */
final class Counts {
    private final StringJoiner text = new StringJoiner(", ").setEmptyValue("nothing yet");

    Counts add(long count, String name) {
        if (count != 0) {
            text.add(count + " " + name);
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
