package io.tallyman.demo;

/** The stand-in refuses a request; carries the answer to give. */
final class RequestRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    RequestRefusedException(Refusal refusal) {
        super(refusal.status() + " " + refusal.code(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
