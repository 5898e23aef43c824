package io.tallyman.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64Test {
    private final long seed = Long.getLong("tallyman.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void givesThePublishedCheckValues() {
        assertThat(crc("123456789")).isEqualTo(0x995DC9BBDF1939FAL);
        assertThat(Crc64.print(crc("123456789"))).isEqualTo("11051210869376104954");
        assertThat(Crc64.print(crc(""))).isEqualTo("0");
        assertThat(Crc64.print(crc("hello world"))).isEqualTo("5981764153023615706");
        assertThat(Crc64.combine(crc("hello "), crc("world"), 5)).isEqualTo(crc("hello world"));
    }

    @Test
    void agreesWithTheBitwiseDefinitionAtEveryLengthAroundABlock() {
        for (int length :
                new int[] {0, 1, 7, 8, 9, 15, 4095, 4096, 4097, 8191, 8192, 8193, 8200, 16383, 16384, 20000}) {
            byte[] bytes = randomBytes(length);
            assertThat(crc(bytes)).as("length %d, seed %d", length, seed).isEqualTo(bitwise(bytes));
        }
    }

    @Test
    void doesNotDependOnHowTheBytesAreSplit() {
        for (int round = 0; round < 200; round++) {
            byte[] bytes = randomBytes(random.nextInt(70_000));
            Crc64 split = new Crc64();
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 20 : 30_000));
                split.update(bytes, at, length);
                at += length;
            }
            assertThat(split.value()).as("seed %d, round %d", seed, round).isEqualTo(crc(bytes));
        }
    }

    @Test
    void combinesAnyTwoPieces() {
        for (int round = 0; round < 200; round++) {
            byte[] bytes = randomBytes(random.nextInt(40_000));
            int cut = random.nextInt(bytes.length + 1);
            long first = crc(bytes, 0, cut);
            long second = crc(bytes, cut, bytes.length - cut);
            assertThat(Crc64.combine(first, second, bytes.length - cut))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(crc(bytes));
        }
    }

    @Test
    void combinesAtSizesNoTestCanHold() {
        // Given zeros of 2^61 and 2^62 bytes, whose checksums follow by doubling
        long zeros = crc(new byte[1]);
        for (int doubling = 0; doubling < 62; doubling++) {
            zeros = Crc64.combine(zeros, zeros, 1L << doubling);
        }
        // Then the same comes from an uneven split
        long oneByte = crc(new byte[1]);
        long allButOne = 0;
        long size = 0;
        long part = oneByte;
        for (int bit = 0; bit < 62; bit++) {
            allButOne = Crc64.combine(allButOne, part, 1L << bit);
            size += 1L << bit;
            part = Crc64.combine(part, part, 1L << bit);
        }
        assertThat(size).isEqualTo((1L << 62) - 1);
        assertThat(Crc64.combine(oneByte, allButOne, size)).isEqualTo(zeros);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> Crc64.combine(1, 2, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Crc64().update(new byte[4], 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void agreesWithTheOfficialSdks() {
        for (int round = 0; round < 20; round++) {
            byte[] bytes = randomBytes(random.nextInt(50_000));
            com.aliyun.oss.common.utils.CRC64 official = new com.aliyun.oss.common.utils.CRC64();
            official.update(bytes, bytes.length);
            assertThat(crc(bytes)).as("seed %d", seed).isEqualTo(official.getValue());
        }
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static long crc(String text) {
        return crc(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long crc(byte[] bytes) {
        return crc(bytes, 0, bytes.length);
    }

    private static long crc(byte[] bytes, int offset, int length) {
        Crc64 crc = new Crc64();
        crc.update(bytes, offset, length);
        return crc.value();
    }

    /** CRC-64/XZ by its definition, one bit at a time. */
    private static long bitwise(byte[] bytes) {
        long register = -1;
        for (byte b : bytes) {
            register ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                register = (register & 1) != 0 ? (register >>> 1) ^ 0xC96C5795D7870F42L : register >>> 1;
            }
        }
        return ~register;
    }
}
