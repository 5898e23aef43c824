package io.tallyman.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** A folder as Kubernetes mounts a secret: names are links into {@code ..data}, which is a link that is swapped under all at once. */
final class MountedSecret {
    private final Path folder;
    private int versions;

    MountedSecret(Path folder) {
        this.folder = folder;
    }

    /** Changes all values at once, and removes the old ones. */
    void put(Map<String, String> values) throws IOException {
        Path version = Files.createDirectories(folder.resolve("..2026_11_24." + versions++));
        for (Map.Entry<String, String> value : values.entrySet()) {
            Files.writeString(version.resolve(value.getKey()), value.getValue());
            Path link = folder.resolve(value.getKey());
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, Path.of("..data", value.getKey()));
            }
        }
        Path data = folder.resolve("..data");
        Path old = Files.exists(data) ? data.toRealPath() : null;
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), version.getFileName());
        Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (old != null) {
            for (String name : values.keySet()) {
                Files.deleteIfExists(old.resolve(name));
            }
            Files.delete(old);
        }
    }

    String file(String name) {
        return folder.resolve(name).toString();
    }
}
