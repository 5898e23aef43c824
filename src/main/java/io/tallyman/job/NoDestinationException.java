package io.tallyman.job;

/** Nobody said where a manifest's objects go. */
public class NoDestinationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NoDestinationException(String manifest) {
        super("nobody said where the objects of '" + manifest + "' go; give --dest DIR to run or to import");
    }
}
