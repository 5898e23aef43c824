package io.tallyman.job;

/** No manifest has that name. */
public class UnknownManifestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnknownManifestException(String name) {
        super("there is no manifest named '" + name + "'; import one with: tallyman import FILE --manifest " + name);
    }
}
