package io.tallyman.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/** A file of a {@link FaultyDisk}. */
final class FaultyChannel extends ForwardedChannel {
    private final FaultyDisk disk;
    private final FaultyDisk.Call force;
    private final boolean writes;

    FaultyChannel(SeekableByteChannel channel, FaultyDisk disk, FaultyDisk.Call force, boolean writes) {
        super((FileChannel) channel);
        this.disk = disk;
        this.force = force;
        this.writes = writes;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        disk.call(FaultyDisk.Call.WRITE);
        return super.write(bytes);
    }

    @Override
    public long write(ByteBuffer[] bytes, int offset, int length) throws IOException {
        disk.call(FaultyDisk.Call.WRITE);
        return super.write(bytes, offset, length);
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        disk.call(FaultyDisk.Call.WRITE);
        return super.write(bytes, position);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.call(force);
        super.force(metaData);
    }

    /** As close(2): the file is closed, whatever it says. */
    @Override
    protected void implCloseChannel() throws IOException {
        super.implCloseChannel();
        if (writes) {
            disk.call(FaultyDisk.Call.CLOSE);
        }
    }
}
