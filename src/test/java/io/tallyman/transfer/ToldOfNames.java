package io.tallyman.transfer;

import io.tallyman.sign.StoreClock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Transfers that tell what they are about to do after a rename. */
public final class ToldOfNames {
    private ToldOfNames() {}

    /**
     * A transfer to the real disk.
     *
     * @param afterRename told before a directory in which files have got their names is forced, and before the record of what was
     *     kept of one is removed; where it does not return, neither happens
     */
    public static Transfer transfer(
            ObjectClient client,
            TransferSettings settings,
            StoreClock clock,
            LongConsumer onReceived,
            Consumer<Kept> onKept,
            Runnable afterRename) {
        FaultyDisk disk = new FaultyDisk(call -> {
            if (call == FaultyDisk.Call.FORCE_DIRECTORY || (call == FaultyDisk.Call.DELETE && isARecordsEnd())) {
                afterRename.run();
            }
        });
        return new Transfer(
                client, settings, clock, onReceived, onKept, new Directories(disk), new Commits(settings.durability()));
    }

    /** Leftovers of earlier leases are removed, too, but not by the record itself. */
    private static boolean isARecordsEnd() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(RecordFile.class.getName())
                        && frame.getMethodName().equals("close")));
    }
}
