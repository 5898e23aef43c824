package io.tallyman.transfer;

import java.io.IOException;
import java.time.Duration;

/** A gate whose endpoint has asked for a pause. */
public final class PausedGate {
    private PausedGate() {}

    /** Pauses it. */
    public static void pause(Gate gate, Duration pause) throws IOException {
        Gate.Pass pass = gate.enter();
        pass.throttled(pause);
        pass.end();
    }
}
