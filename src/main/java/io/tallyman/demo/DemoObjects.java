package io.tallyman.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What the demonstration brings ashore: the files of a folder, and some small objects with the names that break downloaders. */
final class DemoObjects {
    private static final String PREFIX = "awkward/";

    private DemoObjects() {}

    /** All of them, the folder's in the order of their names; files are served where they lie and read once for their checksums. */
    static List<DemoObject> from(Path folder) throws IOException {
        List<DemoObject> objects = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String key = "files/" + folder.relativize(file).toString().replace('\\', '/');
                objects.add(object(key, key, Content.of(file)));
            }
        }
        awkward().forEach((key, path) -> objects.add(object(key, path, Content.of(bytes(key)))));
        return objects;
    }

    private static DemoObject object(String key, String path, Content content) {
        return new DemoObject(key, path, content, Checksums.of(content));
    }

    /** Keys that people really have, with the path each goes to. */
    private static Map<String, String> awkward() {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String name : List.of(
                "a space and a+plus.txt",
                "100%.txt",
                "percent%2Fencoded%20already.txt",
                "sub-delims ~!*'().txt",
                "question?&equals=#hash.txt",
                "Gemüse und Öl.txt",
                "船荷証券.txt",
                "crate 📦.txt",
                ".hidden",
                "-rf",
                "very/deep/below/many/folders/file.bin",
                "n".repeat(200),
                "empty.bin",
                "one-byte.bin")) {
            paths.put(PREFIX + name, PREFIX + name);
        }
        // Not a path anywhere, so the manifest gives one.
        paths.put(PREFIX + "two//slashes.txt", PREFIX + "two-slashes.txt");
        paths.put(PREFIX + "../dots.txt", PREFIX + "dots.txt");
        return paths;
    }

    /** Content that tells the object apart; the same every time. */
    private static byte[] bytes(String key) {
        if (key.endsWith("empty.bin")) {
            return new byte[0];
        }
        if (key.endsWith("one-byte.bin")) {
            return new byte[] {42};
        }
        byte[] random = new byte[4096];
        new SplittableRandom(key.hashCode()).nextBytes(random);
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(name, 0, random, 0, name.length);
        return random;
    }
}
