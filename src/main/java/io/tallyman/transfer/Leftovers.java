package io.tallyman.transfer;

import java.io.IOException;

/** What attempts of dead workers left on disk. */
public final class Leftovers {
    private Leftovers() {}

    /**
     * Removes the part files of an entry that nobody will try again; the final file is not touched. Does nothing where the destination is
     * not at hand.
     *
     * @param epoch of the entry's last lease
     */
    public static void remove(DestinationPath destination, long entryId, long epoch) throws IOException {
        try (Directories directories = new Directories();
                OpenDirectory directory = directories.find(destination)) {
            if (directory != null) {
                PartFile.removeEarlier(directory, entryId, epoch + 1);
            }
        }
    }
}
