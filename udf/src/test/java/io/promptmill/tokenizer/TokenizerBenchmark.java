package io.promptmill.tokenizer;

import io.promptmill.TokenIds;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Text to ids and back with GPT-2's vocabulary, once for each prompt and sequence; stop strings, once for each token. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenizerBenchmark {
    private static final String SENTENCE =
            "My dream is to find out why the rain in April smells different, said the 3rd baker, aged 42.";
    private static final int SENTENCES = 20;

    private TokenizerDefinition definition;
    private Tokenizer tokenizer;
    private String longPrompt;
    private TokenIds longIds;

    @Setup
    public void open() throws Exception {
        definition = Golden.definition("gpt2-vocab");
        tokenizer = new Tokenizer(definition);
        longPrompt = (SENTENCE + " ").repeat(SENTENCES);
        longIds = tokenizer.encode(longPrompt);
    }

    @TearDown
    public void close() {
        tokenizer.close();
    }

    /** A prompt of about 25 tokens. */
    @Benchmark
    public TokenIds encodeShortPrompt() {
        return tokenizer.encode(SENTENCE);
    }

    /** A prompt of about 500 tokens. */
    @Benchmark
    public TokenIds encodeLongPrompt() {
        return tokenizer.encode(longPrompt);
    }

    /** A text of about 500 tokens. */
    @Benchmark
    public String decodeLongText() {
        return tokenizer.decode(longIds);
    }

    /** Two stop strings that never come, over about 500 tokens. */
    @Benchmark
    public StopStrings watchForStopStrings() {
        StopStrings stop = new StopStrings(tokenizer, List.of("\n\n", "###"), TokenIds.of());
        longIds.stream().forEach(stop::append);
        return stop;
    }

    /** What an executor does once. */
    @Benchmark
    public void load() {
        new Tokenizer(definition).close();
    }
}
