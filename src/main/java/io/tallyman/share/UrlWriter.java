package io.tallyman.share;

import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignedUrl;

/** Writes signed URLs in one format. May remember what it wrote before; for one thread. */
interface UrlWriter {

    /**
     * Appends whole lines for one object.
     *
     * @throws UnusableNameException where the format needs the name of a file and the row's path is none; nothing is appended
     */
    void write(ManifestRow row, SignedUrl url, StringBuilder out);
}
