package io.tallyman.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom the server runs as. PostgreSQL refuses root; there it runs in a user namespace of its own, where root's files stay
 * root's, or as {@code nobody} where the kernel or the container forbids such namespaces.
 *
 * @param commandPrefix what to put before a command
 * @param uid who owns the server's files
 */
record ServerUser(List<String> commandPrefix, int uid, boolean changesOwner) {
    private static final int NOBODY = 65534;
    private static final List<String> NAMESPACE = List.of("unshare", "-U");
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

    /** Decides, and hands an existing data folder over where it must change hands. */
    static ServerUser of(PostgresHome home, PostgresBinaries binaries, Path data) throws IOException {
        if (!home.ownedByRoot()) {
            return new ServerUser(List.of(), home.ownerUid(), false);
        }
        boolean nobodysData = Files.isDirectory(data) && owner(data) == NOBODY;
        if (!nobodysData && succeeds(home, NAMESPACE, "true")) {
            return new ServerUser(NAMESPACE, home.ownerUid(), false);
        }
        Files.setPosixFilePermissions(home.directory(), PosixFilePermissions.fromString("rwx--x--x"));
        if (!succeeds(
                home, AS_NOBODY, "test", "-x", binaries.program("postgres").toString())) {
            throw home.unusable(
                    "PostgreSQL refuses to run as root, user namespaces are not allowed here, and the user nobody cannot"
                            + " reach that folder",
                    null);
        }
        if (Files.isDirectory(data) && !nobodysData) {
            FileTrees.giveTo(NOBODY, data);
        }
        return new ServerUser(AS_NOBODY, NOBODY, true);
    }

    /** Lets the server's user own a file or an empty folder. */
    void own(Path path) throws IOException {
        if (changesOwner) {
            Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static int owner(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }

    private static boolean succeeds(PostgresHome home, List<String> prefix, String... command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        try {
            return new ProcessBuilder(whole)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw home.unusable("interrupted while it was starting", e);
        }
    }
}
