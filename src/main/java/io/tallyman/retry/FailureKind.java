package io.tallyman.retry;

import static io.tallyman.retry.RetryPolicy.DEFER;
import static io.tallyman.retry.RetryPolicy.PERMANENT;
import static io.tallyman.retry.RetryPolicy.RETRY;
import static io.tallyman.retry.RetryPolicy.SIGN_AGAIN;
import static io.tallyman.retry.RetryPolicy.STOP_WORKER;

import java.util.Locale;
import java.util.stream.Stream;

/**
 * Everything that can go wrong with an entry, by stable name; the names are part of the tables and never change meaning. Each kind
 * fixes what follows from it, its {@link RetryPolicy}. {@link AnswerClassifier} and {@link IoFailures} find the kind, from statuses,
 * documented error codes and exception types.
 */
public sealed interface FailureKind {

    /** The stable name in tables, metrics and messages: lower case with underscores. */
    default String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The enum constant's name; every implementation is an enum. */
    String name();

    /** What follows from a failure of this kind, always the same. */
    RetryPolicy policy();

    /** Whether the endpoint had a part in it, so that the same again is a load on it: it, or what lies between us and it. */
    default boolean isOfEndpoint() {
        return this instanceof Network || this instanceof Store;
    }

    /** Every kind there is. */
    static Stream<FailureKind> all() {
        return Stream.of(Network.values(), Store.values(), Content.values(), Local.values())
                .flatMap(Stream::of);
    }

    /** The kind with that label; throws IllegalArgumentException where there is none. */
    static FailureKind fromLabel(String label) {
        return all().filter(kind -> kind.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no failure kind is named '" + label + "'"));
    }

    /** Between us and the store. */
    enum Network implements FailureKind {
        /** No connection: refused, unreachable, name not resolved, connect timeout. */
        CONNECT_FAILED(RETRY),
        /** A URL that others signed leads to a host or an address where none of theirs may; nobody was asked. */
        ADDRESS_REFUSED(PERMANENT),
        /** TLS said no: certificate, host name, protocol. A handshake the network cut is a lost connection instead. */
        TLS_REFUSED(PERMANENT),
        /** The connection broke before the whole answer had come: reset, closed without an answer or within a chunked body. */
        CONNECTION_LOST(RETRY),
        /** Nothing came for longer than the idle timeout, or less than the floor; there is no limit to the whole. */
        STALLED(RETRY),
        /** The body ended in good order, but before the announced or expected size. */
        SHORT_BODY(RETRY),
        /** More bytes came than announced or expected; the transfer was cut there. */
        OVERLONG_BODY(RETRY),
        /**
         * The answer is not what was asked for: encoded in flight, another 2xx than 200, not HTTP, or without any way to tell whether it
         * is whole.
         */
        BAD_ANSWER(RETRY);

        private final RetryPolicy policy;

        Network(RetryPolicy policy) {
            this.policy = policy;
        }

        @Override
        public RetryPolicy policy() {
            return policy;
        }
    }

    /** The store answered, and the answer is no. */
    enum Store implements FailureKind {
        /** 429, 503: too much at once (QpsLimitExceeded, DownloadTrafficRateLimitExceeded and their like). */
        THROTTLED(DEFER),
        /** 408, RequestTimeout, 500, 502, 504 and other 5xx. */
        SERVER_ERROR(RETRY),
        /** 403: the presigned URL is past its expiry, or the token it was made with is. */
        URL_EXPIRED(SIGN_AGAIN),
        /** 403: our clock and the store's differ by more than the 15 minutes it allows (RequestTimeTooSkewed, or seen in Date). */
        CLOCK_SKEW(SIGN_AGAIN),
        /** 403: the keys or the token are unknown, disabled or expired (InvalidAccessKeyId, InvalidSecurityToken ...). */
        CREDENTIALS_REFUSED(STOP_WORKER),
        /** 403 SignatureDoesNotMatch: a defect of ours or a URL changed on the way; never cured by trying again. */
        SIGNATURE_REFUSED(PERMANENT),
        /** 403: a policy forbids it; also every other 403. */
        ACCESS_DENIED(PERMANENT),
        /** 403 InvalidObjectState: archived and not restored. */
        ARCHIVED(PERMANENT),
        /** 404, 405, 410: no such object or version, or a delete marker. */
        NOT_FOUND(PERMANENT),
        /** 412: the object is no longer the one that was asked for. */
        CHANGED(PERMANENT),
        /** 416: the range lies outside the object. */
        RANGE_REFUSED(RETRY),
        /** 3xx: redirects are never followed. */
        REDIRECTED(PERMANENT),
        /** The bucket does not exist, lives at another endpoint or is not addressed as that endpoint wants it. */
        WRONG_ENDPOINT(STOP_WORKER),
        /** Another 4xx. */
        REQUEST_REFUSED(PERMANENT);

        private final RetryPolicy policy;

        Store(RetryPolicy policy) {
            this.policy = policy;
        }

        @Override
        public RetryPolicy policy() {
            return policy;
        }
    }

    /** The bytes came, and they are not the right ones. */
    enum Content implements FailureKind {
        /** The store's object has another size than the manifest says. */
        SIZE_MISMATCH(PERMANENT),
        /** The bytes are those the store vouches for, and not those the manifest expects. */
        CONTENT_MISMATCH(PERMANENT),
        /** The bytes differ from a checksum, and nobody vouches that the store's object does: damaged on the way. */
        CORRUPTED(RETRY),
        /** Every expectation of the manifest holds, only the store's own checksum does not. */
        STORE_CHECKSUM_MISMATCH(RETRY);

        private final RetryPolicy policy;

        Content(RetryPolicy policy) {
            this.policy = policy;
        }

        @Override
        public RetryPolicy policy() {
            return policy;
        }
    }

    /** On our side. */
    enum Local implements FailureKind {
        /** ENOSPC or a quota; the worker stops only where no space is freed in time. */
        DISK_FULL(STOP_WORKER),
        /** A large object needs more than is free at the destination; it was not begun, and smaller ones go on. */
        NO_ROOM(DEFER),
        /** The destination is read-only, not ours to write, or no longer there: unmounted, or a stale handle of a network file system. */
        DISK_READ_ONLY(STOP_WORKER),
        /** Any other error while writing; bytes after a failed fsync are never trusted. */
        DISK_ERROR(RETRY),
        /** EMFILE or ENFILE: this process or machine may open no more; the worker goes on with fewer at once. */
        TOO_MANY_FILES(DEFER),
        /** The key or path cannot be written safely under the destination. */
        PATH_REFUSED(PERMANENT),
        /** The entry cannot be signed as it stands (see the message). */
        SIGNING_REFUSED(PERMANENT),
        /** The worker died while it held the entry. */
        WORKER_DIED(RETRY),
        /** A defect of ours; the message names the exception's type only. */
        INTERNAL_ERROR(RETRY);

        private final RetryPolicy policy;

        Local(RetryPolicy policy) {
            this.policy = policy;
        }

        @Override
        public RetryPolicy policy() {
            return policy;
        }
    }
}
