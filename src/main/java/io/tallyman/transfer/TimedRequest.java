package io.tallyman.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * A GET that is cut where one step of it takes too long, see {@link Deadlines}. Used by one thread, and closed after its answer; it is
 * cut by another.
 */
@SuppressWarnings("serial") // nobody serializes it, though its class could
final class TimedRequest extends HttpUriRequestBase implements Closeable {
    private static final URI REPLACED_LATER = URI.create("http://unused.invalid/");
    private static final long NO_STEP = 0;
    private static final long CUT = -1;

    /** The request that the thread is waiting for the head of. */
    private static final ThreadLocal<TimedRequest> PRESENT = new ThreadLocal<>();

    private final Deadlines deadlines;
    /** When the present step has to have ended. */
    private final AtomicLong untilNanos = new AtomicLong(NO_STEP);

    private boolean reading;

    TimedRequest(Deadlines deadlines) {
        super("GET", REPLACED_LATER);
        this.deadlines = deadlines;
    }

    /** Just before it is sent. The first step begins by itself as soon as there is a connection for it. */
    void open() {
        PRESENT.set(this);
        deadlines.watch(this);
    }

    /** Called by the client first with what waits for a connection that is free, and then with what has got one. */
    @Override
    public void setDependency(Cancellable dependency) {
        super.setDependency(dependency);
        if (!(dependency instanceof LeaseRequest)) {
            begin(deadlines.headNanos());
        }
    }

    void beginRead() {
        reading = true;
        begin(deadlines.readNanos());
    }

    private void begin(long limitNanos) {
        untilNanos.compareAndSet(NO_STEP, deadlines.now() + limitNanos);
    }

    /**
     * Ends the step.
     *
     * @param failure what it ended with, which says nothing where the request was cut
     * @throws SocketTimeoutException where it was cut
     */
    void end(@Nullable Exception failure) throws SocketTimeoutException {
        if (!reading) {
            PRESENT.remove();
        }
        if (untilNanos.getAndUpdate(until -> until == CUT ? CUT : NO_STEP) == CUT) {
            long limit = reading ? deadlines.readNanos() : deadlines.headNanos();
            SocketTimeoutException late = new SocketTimeoutException((reading ? "one read" : "the answer's head")
                    + " took longer than " + TimeUnit.NANOSECONDS.toSeconds(limit) + " s");
            late.initCause(failure);
            throw late;
        }
    }

    /** Cancels it where its step has not ended in time. */
    void cutIfLate(long nowNanos) {
        long until = untilNanos.get();
        if (until > NO_STEP && nowNanos > until && untilNanos.compareAndSet(until, CUT)) {
            cancel();
        }
    }

    /**
     * Closes a socket that the thread is about to connect for a request that was cancelled meanwhile: the client tries one address after the
     * other, and once cancelled it could be cancelled no more.
     */
    static void refuseIfCancelled(Socket socket) throws IOException {
        TimedRequest present = PRESENT.get();
        if (present != null && present.isCancelled()) {
            socket.close();
            throw new SocketTimeoutException("the request was cancelled");
        }
    }

    @Override
    public void close() {
        deadlines.forget(this);
    }
}
