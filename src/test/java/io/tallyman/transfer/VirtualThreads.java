package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * The virtual threads that start while this is open, as the JVM's flight recorder sees them: neither the active count nor the
 * stack traces of all threads know of any.
 */
final class VirtualThreads implements AutoCloseable {
    private static final String STARTED = "jdk.VirtualThreadStart";
    private static final String ENDED = "jdk.VirtualThreadEnd";
    private static final String PINNED = "jdk.VirtualThreadPinned";
    /** Longer than this nobody may keep a carrier from the others. */
    private static final Duration PINNED_AT_MOST = Duration.ofMillis(20);

    /** Those of the servers serve for as long as their connections stand. */
    private static final Set<String> SERVERS = Set.of(ScriptedServer.THREADS, "stand-in-oss", "stand-in-oss-accept");

    private final Recording recording = new Recording();
    private final Path file;

    /**
     * Begins to look.
     *
     * @param folder where the recording may be written to
     */
    VirtualThreads(Path folder) {
        this.file = folder.resolve("virtual-threads.jfr");
        recording.enable(STARTED).withoutStackTrace();
        recording.enable(ENDED).withoutStackTrace();
        recording.enable(PINNED).withStackTrace().withThreshold(PINNED_AT_MOST);
        recording.start();
    }

    /**
     * What was seen so far.
     *
     * @param ours how many started that are no server's
     * @param running the names of those of ours that have not ended, by their number
     * @param pinned each time that one kept its carrier for too long, with its stack
     */
    record Seen(int ours, Map<Long, String> running, List<String> pinned) {}

    Seen seen() throws IOException {
        recording.dump(file);
        Map<Long, String> ours = new TreeMap<>();
        Set<Long> ended = new HashSet<>();
        List<String> pinned = new ArrayList<>();
        // In no order: each carrier writes what it has seen by itself.
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            switch (event.getEventType().getName()) {
                case STARTED -> {
                    String name = String.valueOf(event.getThread().getJavaName());
                    if (!SERVERS.contains(name)) {
                        ours.put(event.getLong("javaThreadId"), name);
                    }
                }
                case ENDED -> ended.add(event.getLong("javaThreadId"));
                default -> pinned.add(event.toString());
            }
        }
        int started = ours.size();
        ours.keySet().removeAll(ended);
        return new Seen(started, ours, pinned);
    }

    /** Waits, since a thread whose work is done may take a moment to end. */
    void assertAllEnd() {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(seen().running()).isEmpty());
    }

    @Override
    public void close() {
        recording.close();
    }
}
