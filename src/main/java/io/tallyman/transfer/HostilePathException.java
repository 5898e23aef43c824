package io.tallyman.transfer;

/** A key that cannot be written safely under a destination root; the message says which part of it and why. */
public final class HostilePathException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_SHOWN_CHARS = 200;

    private final String key;
    private final String segment;
    private final String reason;

    /**
     * @param key the whole key as it came
     * @param segment the part that was refused; the whole key where no single part is to blame
     * @param reason half a sentence that follows "because"
     */
    public HostilePathException(String key, String segment, String reason) {
        super("key \"" + shown(key) + "\" refused because of \"" + shown(segment) + "\": " + reason);
        this.key = shown(key);
        this.segment = shown(segment);
        this.reason = reason;
    }

    /** The key, cut and with control characters escaped: fit for a terminal and a log line. */
    public String key() {
        return key;
    }

    public String segment() {
        return segment;
    }

    public String reason() {
        return reason;
    }

    /** Escapes what a terminal or a log would act upon, right-to-left marks included. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < MAX_SHOWN_CHARS; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR ->
                    shown.append("\\u{").append(Integer.toHexString(c)).append('}');
                default -> shown.appendCodePoint(c);
            }
        }
        return shown.length() < MAX_SHOWN_CHARS ? shown.toString() : shown + "…";
    }
}
