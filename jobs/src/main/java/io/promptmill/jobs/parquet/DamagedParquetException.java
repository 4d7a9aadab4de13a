package io.promptmill.jobs.parquet;

import java.io.IOException;

/** A Parquet file contradicts itself; the message says where, the file is known to who asked. */
public final class DamagedParquetException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedParquetException(String message) {
        super(message);
    }

    DamagedParquetException(String message, Throwable cause) {
        super(message, cause);
    }
}
