package io.promptmill.jobs.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.promptmill.jobs.store.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Opens files of all formats but Parquet, in a task. Stateless. */
final class RowReaders {
    private RowReaders() {}

    /** The bytes of a file; refuses what is none, since opening a pipe would wait for a writer. */
    static InputStream bytes(SourceFile file, Configuration hadoop) throws IOException {
        FileSystem fileSystem = file.path().getFileSystem(hadoop);
        if (!LocalFiles.isOrdinary(fileSystem, file.path())) {
            throw new DamagedSourceException("it is a pipe, a socket or a device, not a file");
        }
        return fileSystem.open(file.path());
    }

    /**
     * A reader of a file's rows, which closes the stream.
     *
     * @throws DamagedSourceException where it is no file of its format
     */
    static RowReader open(SourceFile file, InputStream in, WantedColumns wanted, Configuration hadoop)
            throws IOException {
        return switch (file.format()) {
            case CSV -> new CsvRows(in, wanted);
            case JSONL -> new JsonLines(in, wanted);
            case TXT -> new TextLines(in, wanted);
            case TWEETS_JS -> tweets(in, wanted, account(file, hadoop));
            case PARQUET -> throw new IllegalArgumentException(file.name() + " is read by Spark");
        };
    }

    private static RowReader tweets(InputStream in, WantedColumns wanted, Map<String, String> account)
            throws IOException {
        try {
            return new TweetsJs(in, wanted, account);
        } catch (CharacterCodingException e) {
            throw new DamagedSourceException("it holds " + Lines.NOT_UTF8);
        } catch (JsonProcessingException e) {
            throw new DamagedSourceException("its value is no list");
        }
    }

    private static Map<String, String> account(SourceFile file, Configuration hadoop) throws IOException {
        Path account = new Path(file.path().getParent(), SourceListing.ACCOUNT_FILE);
        FileSystem fileSystem = account.getFileSystem(hadoop);
        if (!fileSystem.exists(account)) {
            return Map.of();
        }
        try (InputStream in = fileSystem.open(account)) {
            return TweetsJs.account(in);
        } catch (JsonProcessingException | CharacterCodingException | DamagedSourceException e) {
            throw new DamagedSourceException(SourceListing.ACCOUNT_FILE + " beside it is damaged");
        }
    }
}
