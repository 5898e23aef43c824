package io.tallyman.demo;

import java.time.Duration;
import java.util.List;

/** What goes wrong in the demonstration: every fault once or twice, each at another object, the same every time. */
final class DemoFaults {
    private DemoFaults() {}

    /** A fault of the first requests to one object. */
    private record Trouble(Fault fault, int requests) {}

    /** Spreads the faults over the objects that are large enough to be cut in the middle. */
    static FaultScript over(List<DemoObject> objects) {
        List<DemoObject> large = objects.stream()
                .filter(object -> object.content().sizeBytes() >= 1024)
                .toList();
        List<Trouble> troubles = List.of(
                new Trouble(Fault.Status.busy(Duration.ofMillis(200)), 1),
                new Trouble(new Fault.CutAfter(700, true), 1),
                new Trouble(new Fault.FlipBit(512), 1),
                // The first time the attempt signs again by itself, and nothing of it would be seen.
                new Trouble(Fault.Status.expired(), 2),
                new Trouble(new Fault.ShortBody(100), 1),
                new Trouble(new Fault.Status(500, "InternalError"), 1));
        FaultScript script = FaultScript.none();
        for (int i = 0; i < Math.min(troubles.size(), large.size()); i++) {
            Trouble trouble = troubles.get(i);
            script = script.onFirst(trouble.requests(), large.get(i).key()::equals, trouble.fault());
        }
        return script;
    }
}
