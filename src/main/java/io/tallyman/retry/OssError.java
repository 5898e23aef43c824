package io.tallyman.retry;

import java.io.ByteArrayInputStream;
import java.util.Base64;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The store's error document, as far as it may be kept. Elements that hold access key ids, signatures or the string to sign are
 * never read. Every part is null where the document does not say, and all are null where there is none.
 *
 * @param code what to branch on, for example {@code NoSuchKey}
 * @param message for people; may change at any time
 * @param requestId the store's request id
 * @param ec a finer error number; "may change", so it is shown and never branched on
 *     (help.aliyun.com/document_detail/32005.htm)
 * @param endpoint where the bucket really lives, when the store says so
 */
public record OssError(
        @Nullable String code,
        @Nullable String message,
        @Nullable String requestId,
        @Nullable String ec,
        @Nullable String endpoint) {
    public static final OssError NONE = new OssError(null, null, null, null, null);

    /** Larger documents are no error documents; the rest of a body need not be read. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_TEXT_CHARS = 500;

    /** Parses {@code <Error>} XML; anything else gives {@link #NONE}, a document that breaks off gives what came before. */
    public static OssError parse(byte[] document) {
        if (document.length == 0 || document.length > MAX_BYTES) {
            return NONE;
        }
        OssError found = NONE;
        try {
            XMLStreamReader xml = factory().createXMLStreamReader(new ByteArrayInputStream(document));
            try {
                if (xml.nextTag() != XMLStreamConstants.START_ELEMENT || !"Error".equals(xml.getLocalName())) {
                    return NONE;
                }
                while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
                    found = found.with(xml);
                }
            } finally {
                xml.close();
            }
        } catch (XMLStreamException e) {
            return found;
        }
        return found;
    }

    /** Parses the header {@code x-oss-err}: the same document in base64, sent where an answer has no body. */
    public static OssError parseHeader(@Nullable String xOssErr) {
        if (xOssErr == null || xOssErr.length() > MAX_BYTES) {
            return NONE;
        }
        try {
            return parse(Base64.getDecoder().decode(xOssErr.strip()));
        } catch (IllegalArgumentException e) {
            return NONE;
        }
    }

    /** This document with the element the reader stands on, which is left at its end. */
    private OssError with(XMLStreamReader xml) throws XMLStreamException {
        return switch (xml.getLocalName()) {
            case "Code" -> new OssError(text(xml), message, requestId, ec, endpoint);
            case "Message" -> new OssError(code, text(xml), requestId, ec, endpoint);
            case "RequestId" -> new OssError(code, message, text(xml), ec, endpoint);
            case "EC" -> new OssError(code, message, requestId, text(xml), endpoint);
            case "Endpoint" -> new OssError(code, message, requestId, ec, text(xml));
            default -> {
                skip(xml);
                yield this;
            }
        };
    }

    private static @Nullable String text(XMLStreamReader xml) throws XMLStreamException {
        String text = SafeText.line(xml.getElementText(), MAX_TEXT_CHARS);
        return text.isEmpty() ? null : text;
    }

    private static void skip(XMLStreamReader xml) throws XMLStreamException {
        for (int depth = 1; depth > 0; ) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            }
        }
    }

    /** Any server may answer us, so the document is hostile until parsed: no DOCTYPE, no entities from elsewhere. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }
}
