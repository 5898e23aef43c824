package io.tallyman.demo;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** One client's connection: request, answer, request, answer, on one virtual thread until one side closes. */
final class Connection implements Runnable {
    private final SocketChannel channel;
    private final StandInService service;
    private final HeadReader heads;
    private final DeliveryWriter writer;

    Connection(SocketChannel channel, StandInService service, CountDownLatch closing) {
        this.channel = channel;
        this.service = service;
        this.heads = new HeadReader(channel);
        this.writer = new DeliveryWriter(channel, closing);
    }

    @Override
    public void run() {
        try (channel) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            String text = heads.next();
            while (text != null && serve(text)) {
                text = heads.next();
            }
        } catch (IOException e) {
            // The client went away, or the stand-in closes: either way this connection's story ends here.
        }
    }

    /** True where the connection stays open. */
    private boolean serve(String text) throws IOException {
        RequestHead head;
        try {
            head = RequestHead.parse(text);
        } catch (RequestRefusedException e) {
            RequestHead unreadable = new RequestHead("?", "?", "HTTP/1.1", Map.of());
            deliver(service.refuse(unreadable, null, e.refusal()), unreadable, true);
            return false;
        }
        StandInService.Served served = service.serve(head);
        if (served.fault() instanceof Fault.Delay delay) {
            writer.pause(delay.before().toNanos());
        }
        boolean last = head.wantsClose();
        deliver(served, head, last);
        return switch (served.delivery().ending()) {
            case KEEP_ALIVE -> !last;
            case CLOSE -> false;
            case RESET -> {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                yield false;
            }
            case STALL -> {
                awaitEnd();
                yield false;
            }
        };
    }

    private void deliver(StandInService.Served served, RequestHead head, boolean last) throws IOException {
        writer.write(served.delivery(), last, head.method().equals("HEAD"), served.sighting());
    }

    private void awaitEnd() throws IOException {
        ByteBuffer ignored = ByteBuffer.allocate(1024);
        while (channel.read(ignored.clear()) >= 0) {
            // Whatever a stalled client still says is of no interest.
        }
    }
}
