package io.promptmill.jobs.parquet;

import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * Whether a Parquet footer agrees with itself. The format has no checksum for it, but says most things twice: the number of
 * rows, the columns' names, types and counts, and where they lie. Stateless.
 */
public final class FooterCheck {
    private FooterCheck() {}

    /**
     * Checks a footer.
     *
     * @param dataEnd where in the file the footer begins
     * @return the columns of every row group, in their order
     * @throws DamagedParquetException when two of its parts contradict one another
     */
    public static List<LeafColumn> check(FileMetaData footer, long dataEnd) throws DamagedParquetException {
        List<LeafColumn> columns = LeafColumn.of(footer.getSchema());
        long rows = 0;
        for (RowGroup group : footer.getRow_groups()) {
            if (group.getNum_rows() < 0 || group.getColumnsSize() != columns.size()) {
                throw new DamagedParquetException("a row group has " + group.getNum_rows() + " rows of "
                        + group.getColumnsSize() + " columns and the schema has " + columns.size() + " columns");
            }
            checkPlace(group, columns, dataEnd);
            rows += group.getNum_rows();
            for (int i = 0; i < columns.size(); i++) {
                check(columns.get(i), group.getColumns().get(i), group.getNum_rows(), dataEnd);
            }
        }
        if (rows != footer.getNum_rows()) {
            throw new DamagedParquetException(
                    "it tells of " + footer.getNum_rows() + " rows and its row groups of " + rows);
        }
        return columns;
    }

    // Readers that share a file out take the row groups whose middle is in their part.
    private static void checkPlace(RowGroup group, List<LeafColumn> columns, long dataEnd)
            throws DamagedParquetException {
        if (!columns.isEmpty()
                && group.isSetTotal_compressed_size()
                && group.getColumns().get(0).isSetMeta_data()) {
            long middle = start(group.getColumns().get(0).getMeta_data()) + group.getTotal_compressed_size() / 2;
            if (middle < 0 || middle > dataEnd) {
                throw new DamagedParquetException("a row group claims to have " + group.getTotal_compressed_size()
                        + " bytes, and the footer begins at byte " + dataEnd);
            }
        }
    }

    private static void check(LeafColumn column, ColumnChunk chunk, long rows, long dataEnd)
            throws DamagedParquetException {
        ColumnMetaData data = chunk.getMeta_data();
        if (data == null || !data.getPath_in_schema().equals(column.path()) || data.getType() != column.type()) {
            throw damaged(column, "is named or typed otherwise in a row group");
        }
        boolean oneValueARow = column.repetitions() == 0;
        if (oneValueARow ? data.getNum_values() != rows : data.getNum_values() < rows) {
            throw damaged(column, "has " + data.getNum_values() + " values in a row group of " + rows + " rows");
        }
        if (column.definitions() == 0
                && data.isSetStatistics()
                && data.getStatistics().getNull_count() > 0) {
            throw damaged(
                    column, "cannot be null and has " + data.getStatistics().getNull_count() + " nulls");
        }
        long start = start(data);
        if (start < 0
                || data.getTotal_compressed_size() < 0
                || start > dataEnd
                || data.getTotal_compressed_size() > dataEnd - start) {
            throw damaged(
                    column,
                    "claims " + data.getTotal_compressed_size() + " bytes from byte " + start
                            + ", and the footer begins at byte " + dataEnd);
        }
    }

    /** Where the first page of a column chunk lies in the file. */
    static long start(ColumnMetaData data) {
        long first = data.getData_page_offset();
        long dictionary = data.isSetDictionary_page_offset() ? data.getDictionary_page_offset() : 0;
        return dictionary > 0 && dictionary < first ? dictionary : first;
    }

    private static DamagedParquetException damaged(LeafColumn column, String what) {
        return new DamagedParquetException("the column " + column.name() + " " + what);
    }
}
