package io.tallyman.share;

import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignedUrl;
import io.tallyman.verify.ChecksumAlgorithm;
import java.util.LinkedHashMap;
import java.util.Map;

/** An input file for {@code aria2c --input-file}: the URL, then its options, each on an indented line. */
final class Aria2Input implements UrlWriter {
    /** What aria2 calls them, the one to prefer first; it takes one for each file. It knows no CRC-64. */
    private static final Map<ChecksumAlgorithm, String> CHECKSUMS = new LinkedHashMap<>();

    static {
        CHECKSUMS.put(ChecksumAlgorithm.SHA256, "sha-256");
        CHECKSUMS.put(ChecksumAlgorithm.SHA512, "sha-512");
        CHECKSUMS.put(ChecksumAlgorithm.SHA1, "sha-1");
        CHECKSUMS.put(ChecksumAlgorithm.MD5, "md5");
    }

    @Override
    public void write(ManifestRow row, SignedUrl url, StringBuilder out) {
        String name = FileName.of(row);
        if (!name.equals(name.strip())) {
            throw new UnusableNameException("aria2 takes the blanks off both ends of the name \"" + name + '"');
        }
        out.append(url.reveal()).append("\n out=").append(name).append('\n');
        Map<ChecksumAlgorithm, String> known = row.expectations().checksums();
        for (Map.Entry<ChecksumAlgorithm, String> checksum : CHECKSUMS.entrySet()) {
            String value = known.get(checksum.getKey());
            if (value != null) {
                out.append(" checksum=")
                        .append(checksum.getValue())
                        .append('=')
                        .append(value)
                        .append('\n');
                break;
            }
        }
        RequiredHeaders.of(url)
                .forEach((header, value) -> out.append(" header=")
                        .append(header)
                        .append(": ")
                        .append(value)
                        .append('\n'));
    }
}
