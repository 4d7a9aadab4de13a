package io.promptmill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriKeysTest {

    @ParameterizedTest
    @CsvSource({
        "s3a://AKIA:s3cret@bucket/models, s3a://***@bucket/models",
        "S3://AKIA:s3/cr+et=@bucket/models@v3, S3://***@bucket/models@v3",
        "cannot read ftp://me:s3cret@host:21/x and go on, cannot read ftp://***@host:21/x and go on",
        "https://:s3cret@host/x, https://***@host/x",
        "https://host/x?X-Amz-Signature=s3cret&part=2, https://host/x?X-Amz-Signature=***&part=2",
        "wasbs://c@a.net/x?sv=1&sig=s3cret, wasbs://c@a.net/x?sv=1&sig=***"
    })
    void keysAreHiddenAndAllElseIsShown(String text, String shown) {
        assertThat(UriKeys.isIn(text)).isTrue();
        assertThat(UriKeys.hide(text)).isEqualTo(shown).doesNotContain("cret");
    }

    @Test
    void whatHoldsNoKeyIsLeftAlone() {
        List<String> texts = List.of(
                "hdfs://namenode:8020/models/alice@v3",
                "abfs://container@account.dfs.core.windows.net/x",
                "s3a://bucket/models/alice@latest",
                "models/a:b@best",
                "file:/tmp/x?y=z",
                "");
        assertThat(texts).noneMatch(UriKeys::isIn).allSatisfy(text -> assertThat(UriKeys.hide(text))
                .isEqualTo(text));
    }

    @Test
    void noProblemShowsThem() {
        Problem problem = new Problem(
                "model_unreadable",
                "--model s3a://AKIA:s3cret@b/m",
                "s3a://AKIA:s3cret@b failed",
                "see s3a://AKIA:s3cret@b");
        assertThat(problem).hasToString("model_unreadable: --model s3a://***@b/m, s3a://***@b failed, see s3a://***@b");
        assertThat(problem.what()).isEqualTo("--model s3a://***@b/m");
    }
}
