package io.tallyman.demo;

import java.time.Duration;
import java.util.List;

/** What goes wrong in the demonstration: every fault once or twice, each at another object, the same every time. */
final class DemoFaults {
    private DemoFaults() {}

    /** Spreads the faults over the objects that are large enough to be cut in the middle. */
    static FaultScript over(List<DemoObject> objects) {
        List<DemoObject> large = objects.stream()
                .filter(object -> object.content().sizeBytes() >= 1024)
                .toList();
        List<Fault> faults = List.of(
                Fault.Status.busy(Duration.ofMillis(200)),
                new Fault.CutAfter(700, true),
                new Fault.FlipBit(512),
                Fault.Status.expired(),
                new Fault.ShortBody(100),
                new Fault.Status(500, "InternalError"));
        FaultScript script = FaultScript.none();
        for (int i = 0; i < Math.min(faults.size(), large.size()); i++) {
            script = script.onRequest(large.get(i).key(), 1, faults.get(i));
        }
        return script;
    }
}
