package io.promptmill.jobs.table;

import io.promptmill.Sha256;
import java.io.Serializable;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.StructType;

/**
 * How many rows there are, and a digest of them in which their order and partitions make no difference: the sum of the SHA-256
 * of each row as Spark lays it out in memory, modulo 2^256.
 *
 * @param rows how many
 * @param sum of their digests
 */
public record RowsDigest(long rows, BigInteger sum) implements Serializable {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);
    private static final RowsDigest NONE = new RowsDigest(0, BigInteger.ZERO);

    /** That of these rows, each of which is read to its end by a Spark job. */
    public static RowsDigest of(Dataset<Row> rows) {
        StructType types = rows.schema();
        return rows
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(part -> List.of(of(part, types)).iterator())
                .collect()
                .stream()
                .reduce(NONE, RowsDigest::plus);
    }

    private static RowsDigest of(Iterator<InternalRow> rows, StructType types) {
        UnsafeProjection layout = UnsafeProjection.create(types);
        MessageDigest digest = Sha256.newDigest();
        long count = 0;
        BigInteger sum = BigInteger.ZERO;
        while (rows.hasNext()) {
            byte[] row = layout.apply(rows.next()).getBytes();
            sum = sum.add(new BigInteger(1, digest.digest(row)));
            count++;
        }
        return new RowsDigest(count, sum.mod(MODULUS));
    }

    private RowsDigest plus(RowsDigest others) {
        return new RowsDigest(rows + others.rows, sum.add(others.sum).mod(MODULUS));
    }

    /** That of the rows without some of them. */
    public RowsDigest minus(RowsDigest some) {
        return new RowsDigest(rows - some.rows, sum.subtract(some.sum).mod(MODULUS));
    }

    /** The digest in hexadecimal digits. */
    public String hex() {
        return String.format("%064x", sum);
    }
}
