package io.tallyman.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** The rest of it is in {@link NamesOfStoresTest}. */
class ReachableFirstTest {
    private final Names names = new Names();
    private final ReachableFirst addresses = new ReachableFirst(names);

    @Test
    void anAddressIsNotToBlameForOurOwnInterrupt() throws Exception {
        // Given a port where nobody listens
        names.know("store", "127.0.0.1", "127.0.0.2");
        InetSocketAddress closed;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = (InetSocketAddress) listener.getLocalSocketAddress();
        }

        // When
        Thread connecting = Thread.ofVirtual().start(() -> {
            Thread.currentThread().interrupt();
            assertRefused(closed);
        });
        connecting.join();

        // Then
        assertThat(addresses.resolve("store")[0]).isEqualTo(closed.getAddress());

        // When it is refused by itself
        assertRefused(closed);

        // Then
        assertThat(addresses.resolve("store")[1]).isEqualTo(closed.getAddress());
    }

    @Test
    void howeverManyAddressesFailOnlySomeAreRemembered() throws Exception {
        for (int address = 0; address < 3 * ReachableFirst.MOST_REMEMBERED; address++) {
            addresses.failed(InetAddress.getByAddress(
                    new byte[] {10, (byte) (address >> 16), (byte) (address >> 8), (byte) address}));
        }

        assertThat(addresses.remembered()).isBetween(1, ReachableFirst.MOST_REMEMBERED);
    }

    private void assertRefused(InetSocketAddress closed) {
        assertThatThrownBy(() -> {
                    try (Socket socket = addresses.create(null)) {
                        socket.connect(closed, 1_000);
                    }
                })
                .isInstanceOf(IOException.class);
    }
}
