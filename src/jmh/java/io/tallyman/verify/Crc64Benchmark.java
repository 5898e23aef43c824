package io.tallyman.verify;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the checksum of every downloaded byte costs one core. */
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
public class Crc64Benchmark {
    /** As much as one read of a body brings at most. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final long OTHER_BYTES = 5L << 30;

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Crc64 crc = new Crc64();

    public Crc64Benchmark() {
        new SplittableRandom(1).nextBytes(buffer);
    }

    /** Bytes a nanosecond, which are gigabytes a second. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(BUFFER_BYTES)
    public long update() {
        crc.update(buffer, 0, BUFFER_BYTES);
        return crc.value();
    }

    /** Time to join the checksums of two parts, the second of 5 GiB. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public long combine() {
        return Crc64.combine(crc.value(), 1, OTHER_BYTES);
    }
}
