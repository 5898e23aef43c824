package io.tallyman.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class DigestsTest {
    private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);

    @Test
    void computesEveryAlgorithmInOnePass() {
        Digests digests = new Digests(EnumSet.allOf(ChecksumAlgorithm.class));

        digests.update(ABC, 0, 1);
        digests.update(ABC, 1, 2);
        Measurement measured = digests.finish();

        assertThat(measured.sizeBytes()).isEqualTo(3);
        assertThat(measured.checksum(ChecksumAlgorithm.MD5)).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
        assertThat(measured.checksum(ChecksumAlgorithm.SHA1)).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
        assertThat(measured.checksum(ChecksumAlgorithm.SHA256))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(measured.checksum(ChecksumAlgorithm.SHA512))
                .isEqualTo("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
        assertThat(measured.checksum(ChecksumAlgorithm.CRC64)).isEqualTo("3231342946509354535");
    }

    @Test
    void computesTheCrcEvenWhereNothingWasAskedFor() {
        Measurement measured = new Digests(EnumSet.noneOf(ChecksumAlgorithm.class)).finish();

        assertThat(measured.sizeBytes()).isZero();
        assertThat(measured.checksum(ChecksumAlgorithm.CRC64)).isEqualTo("0");
        assertThatThrownBy(() -> measured.checksum(ChecksumAlgorithm.MD5))
                .hasMessage("md5 was not computed over these bytes");
    }
}
