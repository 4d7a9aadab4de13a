package io.promptmill.jobs.parquet;

import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Type;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Whether Spark's reader of Parquet can decode a file's pages, by the codecs and encodings that its columns name. */
public final class PageCoding {
    private PageCoding() {}

    /** A column is coded in a way that it does not know. */
    public static final class MissingException extends Exception {
        private static final long serialVersionUID = 1;

        private final String why;
        private final String remedy;

        private MissingException(String what, String why, String remedy) {
            super(what);
            this.why = why;
            this.remedy = remedy;
        }

        /** What the file has. */
        public String why() {
            return why;
        }

        /** What its owner can do. */
        public String remedy() {
            return remedy;
        }
    }

    /**
     * Checks row groups.
     *
     * @param hadoop names the codecs' classes
     */
    public static void check(List<RowGroup> rowGroups, Configuration hadoop) throws MissingException {
        for (RowGroup group : rowGroups) {
            for (ColumnChunk chunk : group.getColumns()) {
                ColumnMetaData column = chunk.getMeta_data();
                if (column == null) {
                    throw new MissingException(
                            "pages are encrypted", "no keys are known here", "write the file without encryption");
                }
                checkCodec(column, hadoop);
                for (Encoding encoding : column.getEncodings()) {
                    checkEncoding(column, encoding);
                }
            }
        }
    }

    private static void checkCodec(ColumnMetaData column, Configuration hadoop) throws MissingException {
        CompressionCodec codec = column.getCodec();
        String className = CompressionCodecName.valueOf(codec.name()).getHadoopCompressionCodecClassName();
        if (className != null && hadoop.getClassByNameOrNull(className) == null) {
            throw new MissingException(
                    "the column " + name(column) + " is compressed with " + codec,
                    "Spark has no decoder for that here, the class " + className + " is missing",
                    "write the file with zstd or snappy, or add the decoder with spark.jars");
        }
    }

    private static void checkEncoding(ColumnMetaData column, Encoding encoding) throws MissingException {
        boolean splitNumber = encoding == Encoding.BYTE_STREAM_SPLIT
                && column.getType() != Type.FLOAT
                && column.getType() != Type.DOUBLE;
        if (encoding == null || splitNumber) {
            throw new MissingException(
                    "the column " + name(column) + " of the type " + column.getType() + " is encoded as "
                            + (encoding == null ? "something newer than this Spark" : encoding),
                    "Spark has no decoder for that",
                    "write the column as PLAIN or with a dictionary, which is every writer's default");
        }
    }

    private static String name(ColumnMetaData column) {
        return String.join(".", column.getPath_in_schema());
    }
}
