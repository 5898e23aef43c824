package io.tallyman.transfer;

import io.tallyman.verify.ChecksumAlgorithm;
import io.tallyman.verify.Expectations;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who reads behind the lanes ends with them. */
// An end that never comes is waited for uninterruptibly.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FollowerTest {
    private static final int TOTAL = 4 << 20;

    @TempDir
    Path root;

    @Test
    void itEndsThoughItIsCancelledWhileItIsBehind() throws Exception {
        // Given half of an object, and buffers that make the way through it a long one
        try (Directories directories = new Directories();
                Landing landing = new Landing(
                        directories,
                        new Commits(Durability.NONE),
                        new TransferRequest(1, 1, DestinationPath.under(root, "object"), Expectations.NONE),
                        "source",
                        false,
                        false,
                        kept -> {})) {
            landing.begin("\"tag\"", TOTAL);
            landing.prepare(TOTAL);
            PartMap map = new PartMap(TOTAL, TOTAL / 2, List.of());
            Piece piece = map.take();
            byte[] bytes = Harbour.bytes(TOTAL / 2, 1);
            landing.write(bytes, bytes.length, 0);
            piece.add(bytes, bytes.length);
            Follower follower = Follower.start(map, landing, Set.of(ChecksumAlgorithm.MD5), new BufferPool(1, 1));

            // When, then it returns
            follower.cancel();
        }
    }
}
