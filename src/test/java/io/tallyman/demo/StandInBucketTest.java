package io.tallyman.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a bucket shows while it is filled. */
class StandInBucketTest {
    @Test
    void anObjectThatIsReplacedIsNeverMissing() {
        try (StandInOss server = StandInOss.builder().start()) {
            // Given an object
            StandInBucket bucket = server.bucket("quay").put("key", "before".getBytes(UTF_8));
            StoredVersion other = StoredObject.of("after".getBytes(UTF_8));
            AtomicBoolean looking = new AtomicBoolean(true);
            // When it is replaced again and again
            CompletableFuture<Void> replacing = CompletableFuture.runAsync(() -> {
                while (looking.get()) {
                    bucket.put("key", other);
                }
            });
            // Then whoever looks meanwhile finds one or the other
            try {
                for (int i = 0; i < 1_000_000; i++) {
                    assertThat(bucket.find("key", null)).isNotNull();
                }
            } finally {
                looking.set(false);
            }
            replacing.join();
        }
    }
}
