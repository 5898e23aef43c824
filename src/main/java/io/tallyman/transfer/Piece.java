package io.tallyman.transfer;

import io.tallyman.verify.Crc64;

/** Some bytes of an object that one lane brings ashore, from its offset on. Written by that lane, read by any thread. */
final class Piece {
    private final long offset;
    private final Crc64 crc64 = new Crc64();
    private long limit;
    private long position;

    Piece(long offset, long limit) {
        this.offset = offset;
        this.limit = limit;
        this.position = offset;
    }

    long offset() {
        return offset;
    }

    /** Behind its last byte. */
    synchronized long limit() {
        return limit;
    }

    /** Where its next byte goes. */
    synchronized long position() {
        return position;
    }

    synchronized boolean isDone() {
        return position == limit;
    }

    /** These bytes are in the file now. */
    synchronized void add(byte[] bytes, int length) {
        if (length > limit - position) {
            throw new IllegalArgumentException(length + " bytes do not fit between " + position + " and " + limit);
        }
        crc64.update(bytes, 0, length);
        position += length;
    }

    /** Nothing more will come; the rest is another's. */
    synchronized void endHere() {
        limit = position;
    }

    /** What of it is in the file; of length zero at first. */
    synchronized KeptPiece soFar() {
        return new KeptPiece(offset, position - offset, crc64.value());
    }
}
