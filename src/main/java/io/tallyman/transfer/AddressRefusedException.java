package io.tallyman.transfer;

import java.net.UnknownHostException;

/** A URL that others signed leads where none of theirs may; no connection was made. */
public final class AddressRefusedException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    AddressRefusedException(String host, String reason) {
        super("the URL's host " + host + " is not asked: " + reason);
    }
}
