package io.tallyman.share;

import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignedUrl;

/** The URL alone. */
final class UrlLines implements UrlWriter {
    @Override
    public void write(ManifestRow row, SignedUrl url, StringBuilder out) {
        out.append(url.reveal()).append('\n');
    }
}
