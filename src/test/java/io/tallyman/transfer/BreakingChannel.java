package io.tallyman.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A real file that takes so many bytes at their places and then fails, and every change after that; a cut counts as a byte. */
final class BreakingChannel extends ForwardedChannel {
    private long bytesLeft;

    BreakingChannel(FileChannel file, long bytesTaken) {
        super(file);
        this.bytesLeft = bytesTaken;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        int count = take(source.remaining());
        int written = super.write(source.slice(source.position(), count), position);
        source.position(source.position() + written);
        return written;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        take(1);
        return super.truncate(size);
    }

    private int take(int wanted) throws IOException {
        if (bytesLeft == 0) {
            throw new IOException("broken");
        }
        int count = (int) Math.min(wanted, bytesLeft);
        bytesLeft -= count;
        return count;
    }
}
