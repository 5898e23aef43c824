package io.tallyman.manifest;

import static io.tallyman.manifest.ManifestColumn.LABEL_PREFIX;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A manifest as comma separated values (RFC 4180) whose first line names the columns. An empty cell says nothing. */
final class CsvManifestReader implements ManifestReader {
    private final String file;
    private final RowParser parser;
    private final OpenQuote openQuote;
    private final CloseableIterator<CsvRecord> records;
    private final List<String> header;
    /** What each column of the header is; null for a label. */
    private final @Nullable ManifestColumn[] columns;

    private final boolean anyLabels;
    private long line = 1;

    CsvManifestReader(String file, Reader text) {
        this.file = file;
        this.parser = new RowParser(file);
        this.openQuote = new OpenQuote(text);
        this.records = CsvReader.builder()
                .allowMissingFields(true)
                .allowExtraFields(true)
                .allowExtraCharsAfterClosingQuote(false)
                .ofCsvRecord(openQuote)
                .iterator();
        try {
            this.header = header();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.columns = new @Nullable ManifestColumn[header.size()];
        Arrays.setAll(columns, index -> ManifestColumn.named(header.get(index)).orElse(null));
        this.anyLabels = header.stream().anyMatch(name -> name.startsWith(LABEL_PREFIX));
    }

    @Override
    public String file() {
        return file;
    }

    @Override
    public @Nullable ManifestRow next() throws IOException {
        CsvRecord record = nextRecord();
        if (record == null) {
            return null;
        }
        if (record.getFieldCount() != header.size()) {
            throw refused(
                    null,
                    "has %d cells where the header has %d columns".formatted(record.getFieldCount(), header.size()));
        }
        Map<ManifestColumn, String> cells = new EnumMap<>(ManifestColumn.class);
        Map<String, String> labels = anyLabels ? new HashMap<>() : Map.of();
        for (int index = 0; index < columns.length; index++) {
            String cell = record.getField(index);
            if (cell.isEmpty()) {
                continue;
            }
            ManifestColumn column = columns[index];
            if (column == null) {
                labels.put(header.get(index).substring(LABEL_PREFIX.length()), cell);
            } else {
                cells.put(column, cell);
            }
        }
        return parser.parse(line, cells, labels);
    }

    private List<String> header() throws IOException {
        CsvRecord record = nextRecord();
        if (record == null) {
            throw new ManifestRefusedException(file, 0, null, "the file is empty");
        }
        Set<String> seen = new HashSet<>();
        for (String name : record.getFields()) {
            parser.checkColumn(line, name);
            if (!seen.add(name)) {
                throw refused(name, "the header names this column twice");
            }
        }
        if (!seen.contains(ManifestColumn.KEY.label()) && !seen.contains(ManifestColumn.URL.label())) {
            throw refused(null, "the header names neither a key nor a url column");
        }
        return record.getFields();
    }

    private @Nullable CsvRecord nextRecord() throws IOException {
        try {
            if (!records.hasNext()) {
                if (openQuote.isOpen()) {
                    throw refused(null, "a quoted cell is never closed");
                }
                return null;
            }
            CsvRecord record = records.next();
            line = record.getStartingLineNumber();
            return record;
        } catch (CsvParseException malformed) {
            // The library wraps what the text below it throws.
            if (malformed.getCause() instanceof ManifestRefusedException refused) {
                throw refused;
            }
            if (malformed.getCause() instanceof IOException unread) {
                throw unread;
            }
            line++;
            throw refused(null, "not valid CSV: text follows a closing quote, or a cell is too long");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private ManifestRefusedException refused(@Nullable String column, String reason) {
        return new ManifestRefusedException(file, line, column, reason);
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
