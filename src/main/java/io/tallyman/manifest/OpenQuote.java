package io.tallyman.manifest;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** Watches CSV go by and knows at its end whether a quote was left open, which the CSV library takes for closed. */
final class OpenQuote extends FilterReader {
    private enum Place {
        CELL_START,
        PLAIN,
        QUOTED,
        QUOTE_IN_QUOTED
    }

    private Place place = Place.CELL_START;

    OpenQuote(Reader in) {
        super(in);
    }

    boolean isOpen() {
        return place == Place.QUOTED;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        for (int index = offset; index < offset + read; index++) {
            pass(target[index]);
        }
        return read;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read >= 0) {
            pass((char) read);
        }
        return read;
    }

    private void pass(char current) {
        boolean separator = current == ',' || current == '\n' || current == '\r';
        place = switch (place) {
            case CELL_START -> separator ? Place.CELL_START : current == '"' ? Place.QUOTED : Place.PLAIN;
            case PLAIN -> separator ? Place.CELL_START : Place.PLAIN;
            case QUOTED -> current == '"' ? Place.QUOTE_IN_QUOTED : Place.QUOTED;
            case QUOTE_IN_QUOTED -> separator ? Place.CELL_START : current == '"' ? Place.QUOTED : Place.PLAIN;
        };
    }
}
